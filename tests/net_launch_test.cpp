#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/environment.hpp"
#include "net/launch_check.hpp"
#include "net/program_identity.hpp"
#include "net_fixture.hpp"

namespace seltzer::detail {
namespace {

std::optional<Launcher> launcherIn(const std::map<std::string, std::string>& variables) {
  return findLauncher([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(LaunchCheck, FindsTheLauncher) {
  const auto mpirun = launcherIn({{"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_RANK", "3"}});
  ASSERT_TRUE(mpirun);
  EXPECT_EQ(mpirun->name, "mpirun");
  EXPECT_EQ(mpirun->processes, 4);
  EXPECT_EQ(mpirun->rank, 3);
  const auto slurm = launcherIn({{"SLURM_STEP_NUM_TASKS", "8"}, {"SLURM_STEP_ID", "0"}, {"SLURM_PROCID", "5"}});
  ASSERT_TRUE(slurm);
  EXPECT_EQ(slurm->name, "Slurm");
  EXPECT_EQ(slurm->processes, 8);
  EXPECT_EQ(slurm->rank, 5);
  const auto pmi = launcherIn({{"PMI_SIZE", "2"}, {"PMI_RANK", "1"}});
  ASSERT_TRUE(pmi);
  EXPECT_EQ(pmi->processes, 2);
}

TEST(LaunchCheck, AnAllocationsShellIsNoLauncher) {
  EXPECT_FALSE(launcherIn({}));
  EXPECT_FALSE(launcherIn({{"SLURM_NTASKS", "8"}, {"SLURM_JOB_ID", "77"}}));
  EXPECT_FALSE(launcherIn({{"SLURM_STEP_NUM_TASKS", "8"}}));
  EXPECT_FALSE(launcherIn({{"PMI_SIZE", "many"}}));
}

TEST(LaunchCheck, MpirunInsideASlurmStepCounts) {
  const auto launcher =
      launcherIn({{"OMPI_COMM_WORLD_SIZE", "1"}, {"SLURM_STEP_NUM_TASKS", "2"}, {"SLURM_STEP_ID", "0"}});
  ASSERT_TRUE(launcher);
  EXPECT_EQ(launcher->name, "mpirun");
  EXPECT_FALSE(loneRankAdvice(1, launcher, "Open MPI"));
}

TEST(LaunchCheck, ALoneRankGetsAdvice) {
  const Launcher slurm{"Slurm", "SLURM_STEP_NUM_TASKS", 4, 0};
  const Launcher mpirun{"mpirun", "OMPI_COMM_WORLD_SIZE", 4, 0};
  EXPECT_FALSE(loneRankAdvice(4, slurm, "Open MPI v4.1.4"));
  EXPECT_FALSE(loneRankAdvice(1, std::nullopt, "Open MPI v4.1.4"));
  EXPECT_FALSE(loneRankAdvice(1, Launcher{"Slurm", "SLURM_STEP_NUM_TASKS", 1, 0}, "Open MPI v4.1.4"));
  const auto advice = loneRankAdvice(1, slurm, "Open MPI v4.1.4");
  ASSERT_TRUE(advice);
  for (const char* part : {"Slurm started 4 processes", "Open MPI v4.1.4", "srun --mpi=pmix"}) {
    EXPECT_NE(advice->find(part), std::string::npos) << *advice;
  }
  const auto other = loneRankAdvice(1, mpirun, "Open MPI v4.1.4");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->find("srun"), std::string::npos) << *other;
}

TEST(LaunchCheck, ASlurmStepNeedsAProcessManager) {
  if (!Environment::library().starts_with("Open MPI")) GTEST_SKIP() << "the check is for Open MPI";
  const auto check = [](const std::map<std::string, std::string>& variables) {
    checkProcessManager([&](const char* name) -> const char* {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second.c_str();
    });
  };
  std::map<std::string, std::string> step{{"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_STEP_ID", "0"}, {"SLURM_PROCID", "0"}};
  for (const char* rank : {"0", "3"}) {
    step["SLURM_PROCID"] = rank;
    try {
      check(step);
      FAIL() << "nobody connects the processes";
    } catch (const LaunchError& error) {
      EXPECT_NE(std::string(error.what()).find("srun --mpi=pmix"), std::string::npos) << error.what();
      EXPECT_EQ(error.shouldPrint(), std::string(rank) == "0");
    }
  }
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"PMIX_NAMESPACE", "slurm.pmix.1.0"}, {"PMI_FD", "7"}, {"OMPI_COMM_WORLD_SIZE", "4"}}) {
    auto managed = step;
    managed[name] = value;
    EXPECT_NO_THROW(check(managed)) << name;
  }
  step["SLURM_STEP_NUM_TASKS"] = "1";
  EXPECT_NO_THROW(check(step));
  EXPECT_NO_THROW(check({{"SLURM_JOB_ID", "7"}, {"SLURM_NTASKS", "4"}}));
}

TEST(LaunchCheck, ThisProgramIsNotAlone) {
  EXPECT_NO_THROW(checkNotAlone(world()));
  EXPECT_FALSE(Environment::library().empty());
}

TEST(ProgramIdentity, HasAnExecutableAndTheCallersWords) {
  const ProgramIdentity identity = programIdentity(5, 6);
  EXPECT_NE(identity.executable, decltype(identity.executable){});
  EXPECT_EQ(identity.registrySize, 5u);
  EXPECT_EQ(identity.registryHash, 6u);
  EXPECT_EQ(identity, programIdentity(5, 6));
}

TEST(ProgramIdentity, EqualRanksPass) {
  EXPECT_NO_THROW(checkSameProgram(world(), programIdentity(10, 0xABCD)));
}

TEST(ProgramIdentity, AnyRankThatDiffersIsAnErrorOnAll) {
  if (world().size() == 1) GTEST_SKIP() << "one rank agrees with itself";
  for (int odd = 1; odd < world().size(); ++odd) {
    ProgramIdentity identity = programIdentity(10, 0xABCD);
    if (world().rank() == odd) identity.registrySize = 11;
    try {
      checkSameProgram(world(), identity);
      FAIL() << "rank " << odd << " differs";
    } catch (const LaunchError& error) {
      const std::string expected =
          "rank " + std::to_string(odd) + " on " + world().hostOf(odd) + " has 11 registered functions and not 10";
      EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
      EXPECT_EQ(error.shouldPrint(), world().rank() == 0);
    }
    EXPECT_NO_THROW(checkSameProgram(world(), programIdentity(10, 0xABCD)));
  }
}

TEST(ProgramIdentity, DifferencesAreNamed) {
  ProgramIdentity first;
  first.executable[0] = 0xAB;
  first.registrySize = 3;
  ProgramIdentity executable = first;
  executable.executable[0] = 0xCD;
  ProgramIdentity hash = first;
  hash.registryHash = 1;
  const std::vector<std::string> hosts{"a", "b", "c", "d"};
  EXPECT_FALSE(describeDifferences(std::vector{first, first, first}, hosts));
  const auto text = describeDifferences(std::vector{first, executable, first, hash}, hosts);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("rank 1 on b has another executable (cd00000000000000 and not ab00000000000000)"),
            std::string::npos)
      << *text;
  EXPECT_EQ(text->find("rank 2 on c"), std::string::npos) << *text;
  EXPECT_NE(text->find("rank 3 on d has other registered functions"), std::string::npos) << *text;
  const auto many =
      describeDifferences(std::vector<ProgramIdentity>{first, hash, hash, hash, hash, hash, hash, hash, hash, hash},
                          std::vector<std::string>(10, "h"));
  ASSERT_TRUE(many);
  EXPECT_NE(many->find("and 1 more ranks"), std::string::npos) << *many;
}

}  // namespace
}  // namespace seltzer::detail
