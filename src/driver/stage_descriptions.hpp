#pragma once

#include <seltzer/detail/engine/job_service.hpp>
#include <seltzer/detail/engine/lineage.hpp>

#include "protocol/command.hpp"

namespace seltzer::detail {

/// The stage that writes the shuffle on which `shuffled` depends.
StageDescription describeMapStage(const Lineage& shuffled);

/// The stage that runs the action of a job.
StageDescription describeResultStage(const JobRequest& request);

}  // namespace seltzer::detail
