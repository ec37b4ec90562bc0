#include <utility>

#include <seltzer/detail/engine/job_service.hpp>

#include "engine/stage_report.hpp"

namespace seltzer::detail {

JobResult::JobResult() = default;
JobResult::JobResult(JobResult&&) noexcept = default;
JobResult::~JobResult() = default;

JobRun::JobRun(JobService& service, JobRequest&& request)
    : service_(service), rdd_(request.rdd), job_(service.runStages(std::move(request))) {}

JobRun::~JobRun() = default;

const JobResult& JobRun::result() const {
  return job_->result();
}

void JobRun::complete() {
  job_->commit();
  job_.reset();
  service_.writeCheckpoints(rdd_);
}

}  // namespace seltzer::detail
