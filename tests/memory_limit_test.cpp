#include "metrics/memory_limit.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "metrics/cgroup_limits.hpp"
#include "scratch_folder.hpp"

namespace seltzer::detail {
namespace {

constexpr std::uint64_t machineMemory = 64'000'000'000;
constexpr std::uint64_t mebibyte = 1 << 20;

/// Lines of mountinfo.
std::string mountOfV2(const std::string& root, const std::string& point) {
  return "35 24 0:30 " + root + " " + point + " rw,nosuid shared:9 master:3 - cgroup2 cgroup2 rw,nsdelegate\n";
}
std::string mountOfV1(const std::string& root, const std::string& point, const std::string& controllers = "memory") {
  return "36 24 0:31 " + root + " " + point + " rw,nosuid - cgroup cgroup rw," + controllers + "\n";
}

/// A host with files and an environment of its own.
class Host {
 public:
  /// What /proc/self/cgroup and /proc/self/mountinfo say.
  Host& groups(const std::string& lines) { return write("/proc/self/cgroup", lines); }
  Host& mounts(const std::string& lines) { return write("/proc/self/mountinfo", lines); }

  Host& write(const std::string& path, const std::string& content) {
    const std::filesystem::path file = root() + path;
    std::filesystem::create_directories(file.parent_path());
    test::writeContent(file, content);
    return *this;
  }

  Host& set(const std::string& variable, const std::string& value) {
    variables_[variable] = value;
    return *this;
  }

  Host& machine(std::uint64_t bytes) {
    machine_ = bytes;
    return *this;
  }

  std::string root() const { return folder_ / "root"; }

  OriginatedLimit limit(int ranks = 1) const {
    const auto environment = [this](const std::string& name) {
      const auto found = variables_.find(name);
      return found == variables_.end() ? nullptr : found->second.c_str();
    };
    return memoryLimitOfRank({root(), environment, machine_}, ranks, 0);
  }

 private:
  test::ScratchFolder folder_;
  std::map<std::string, std::string> variables_;
  std::uint64_t machine_ = machineMemory;
};

void expectLimit(const Host& host, std::uint64_t bytes, std::string_view origin) {
  const OriginatedLimit limit = host.limit();
  EXPECT_EQ(limit.bytes, bytes);
  EXPECT_EQ(limit.origin, origin);
}

void expectMachine(const Host& host) {
  expectLimit(host, machineMemory, "the machine's memory");
}

TEST(MemoryLimit, WithoutOtherLimitsTheRanksShareTheMachine) {
  const Host host;
  expectMachine(host);
  EXPECT_EQ(host.limit(3).bytes, machineMemory / 3);
}

TEST(MemoryLimit, IsUnknownIfNothingIsKnown) {
  Host host;
  host.machine(0);
  expectLimit(host, 0, "");
}

TEST(MemoryLimit, TheLeastLimitOnThePathOfVersion2Counts) {
  Host host;
  host.groups("0::/system.slice/job_17/step_0/user\n").mounts(mountOfV2("/", "/sys/fs/cgroup"));
  host.write("/sys/fs/cgroup/system.slice/memory.max", "9000\n");
  host.write("/sys/fs/cgroup/system.slice/job_17/memory.max", "4000\n");
  host.write("/sys/fs/cgroup/system.slice/job_17/step_0/memory.max", "5000\n");
  host.write("/sys/fs/cgroup/system.slice/job_17/step_0/user/memory.max", "max\n");
  host.write("/sys/fs/cgroup/system.slice/job_18/memory.max", "10\n");
  expectLimit(host, 4000, "cgroup /system.slice/job_17");
  EXPECT_EQ(host.limit(4).bytes, 1000u);
  host.write("/sys/fs/cgroup/system.slice/job_17/step_0/user/memory.max", "3000\n");
  expectLimit(host, 3000, "cgroup /system.slice/job_17/step_0/user");
  host.write("/sys/fs/cgroup/memory.max", "2000\n");
  expectLimit(host, 2000, "cgroup /");
}

TEST(MemoryLimit, OfEqualLimitsTheOutermostGroupIsNamed) {
  Host host;
  host.groups("0::/job_17/step_0\n").mounts(mountOfV2("/", "/sys/fs/cgroup"));
  host.write("/sys/fs/cgroup/job_17/memory.max", "1048576\n");
  host.write("/sys/fs/cgroup/job_17/step_0/memory.max", "1048576\n");
  host.set("SLURM_MEM_PER_NODE", "1");
  expectLimit(host, mebibyte, "cgroup /job_17");
}

TEST(MemoryLimit, TheLeastLimitOnThePathOfVersion1Counts) {
  Host host;
  host.groups("5:cpuset,memory:/slurm/job:1\n4:cpu,cpuacct:/other\n");
  host.mounts(mountOfV1("/", "/sys/fs/cgroup/cpu", "cpu,cpuacct") + mountOfV1("/", "/memory", "cpuset,memory"));
  host.write("/memory/slurm/job:1/memory.limit_in_bytes", "7000\n");
  host.write("/memory/slurm/memory.limit_in_bytes", "6000\n");
  host.write("/memory/memory.limit_in_bytes", "9223372036854771712\n");
  host.write("/memory/other/memory.limit_in_bytes", "10\n");
  host.write("/sys/fs/cgroup/cpu/memory.limit_in_bytes", "10\n");
  expectLimit(host, 6000, "cgroup /slurm");
}

TEST(MemoryLimit, TheHugeNumberOfVersion1IsNoLimit) {
  for (const char* huge : {"9223372036854771712", "9223372036854710272", "9223372036854775807"}) {
    Host host;
    host.groups("5:memory:/job\n").mounts(mountOfV1("/", "/memory")).machine(0);
    host.write("/memory/job/memory.limit_in_bytes", huge);
    expectLimit(host, 0, "");
  }
}

TEST(MemoryLimit, BothVersionsAreSeenInAHybrid) {
  Host host;
  host.groups("5:memory:/job\n1:name=systemd:/named\n0::/unified\n");
  host.mounts("31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n" + mountOfV1("/", "/sys/fs/cgroup/memory") +
              mountOfV1("/", "/sys/fs/cgroup/systemd", "name=systemd") + mountOfV2("/", "/sys/fs/cgroup/unified"));
  host.write("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "7000\n");
  expectLimit(host, 7000, "cgroup /job");
  host.write("/sys/fs/cgroup/unified/unified/memory.max", "6000\n");
  expectLimit(host, 6000, "cgroup /unified");
}

TEST(MemoryLimit, AContainerMountsASubtree) {
  Host host;
  host.groups("0::/docker/1f2e/inner\n").mounts(mountOfV2("/docker/1f2e", "/sys/fs/cgroup"));
  host.write("/sys/fs/cgroup/memory.max", "5000\n").write("/sys/fs/cgroup/inner/memory.max", "6000\n");
  host.write("/sys/fs/cgroup/docker/1f2e/memory.max", "10\n");
  expectLimit(host, 5000, "cgroup /docker/1f2e");
  host.write("/sys/fs/cgroup/inner/memory.max", "4000\n");
  expectLimit(host, 4000, "cgroup /docker/1f2e/inner");
}

TEST(MemoryLimit, AMountOfAnotherGroupSaysNothing) {
  for (const char* root : {"/docker/1f2", "/docker/1f2e/inner", "/other", "/../other", "/../.."}) {
    Host host;
    host.groups(root == std::string_view("/../..") ? "0::/../../../x\n" : "0::/docker/1f2e\n");
    host.mounts(mountOfV2(root, "/sys/fs/cgroup"));
    host.write("/sys/fs/cgroup/memory.max", "5000\n");
    expectMachine(host);
  }
}

TEST(MemoryLimit, OfMountsAtOnePointTheLastIsSeen) {
  Host host;
  host.groups("0::/docker/1f2e\n").mounts(mountOfV2("/", "/cgroup") + mountOfV2("/docker/1f2e", "/cgroup"));
  host.write("/cgroup/memory.max", "5000\n").write("/cgroup/docker/memory.max", "10\n");
  expectLimit(host, 5000, "cgroup /docker/1f2e");
}

TEST(MemoryLimit, InANamespaceTheOwnGroupIsTheRoot) {
  Host host;
  host.groups("0::/\n").mounts(mountOfV2("/", "/sys/fs/cgroup"));
  host.write("/sys/fs/cgroup/memory.max", "5000\n");
  expectLimit(host, 5000, "cgroup /");
}

TEST(MemoryLimit, AMountFromOutsideTheNamespaceShowsAnAncestor) {
  Host host;
  host.groups("0::/inner\n").mounts(mountOfV2("/../..", "/sys/fs/cgroup"));
  host.write("/sys/fs/cgroup/memory.max", "5000\n").write("/sys/fs/cgroup/inner/memory.max", "10\n");
  expectLimit(host, 5000, "cgroup /../..");
}

TEST(MemoryLimit, AGroupOutsideTheNamespaceIsSeenInAMountThatHasIt) {
  Host host;
  host.groups("0::/../sibling\n").mounts(mountOfV2("/", "/inside") + mountOfV2("/..", "/outside"));
  host.write("/inside/memory.max", "10\n").write("/outside/sibling/memory.max", "5000\n");
  expectLimit(host, 5000, "cgroup /../sibling");
}

TEST(MemoryLimit, MountPointsMayContainSpacesAndBackslashes) {
  Host host;
  host.groups("0::/a b\\x2d\n").mounts(mountOfV2("/", "/my\\040cgroup\\134s"));
  host.write("/my cgroup\\s/a b\\x2d/memory.max", "5000\n");
  expectLimit(host, 5000, "cgroup /a b\\x2d");
}

TEST(MemoryLimit, AMountMayHaveNoSource) {
  Host host;
  host.groups("0::/a\n").mounts("30 20 0:26 / /cgroup rw - cgroup2  rw\n").write("/cgroup/a/memory.max", "1000\n");
  expectLimit(host, 1000, "cgroup /a");
}

TEST(MemoryLimit, MissingAndUnreadableFilesAreNoLimit) {
  Host host;
  host.groups("0::/a/b\n");
  expectMachine(host);
  host.mounts(mountOfV2("/", "/cgroup"));
  expectMachine(host);
  std::filesystem::create_directories(host.root() + "/cgroup/a/memory.max");  // reading a folder fails
  ASSERT_EQ(::symlink("memory.max", (host.root() + "/cgroup/memory.max").c_str()), 0);
  expectMachine(host);
  host.write("/cgroup/a/b/memory.max", "5000\n");
  expectLimit(host, 5000, "cgroup /a/b");
  std::filesystem::remove(host.root() + "/proc/self/cgroup");
  expectMachine(host);
}

TEST(MemoryLimit, MalformedLimitsAreIgnored) {
  Host host;
  host.groups("0::/job\n").mounts(mountOfV2("/", "/cgroup"));
  for (const char* content : {"", "\n", "max", "0\n", "-1\n", "+1\n", "12 MB\n", "12k\n", " 12\n", "0x10\n", "1.5\n",
                              "99999999999999999999999\n", "\n12\n"}) {
    host.write("/cgroup/job/memory.max", content);
    expectMachine(host);
  }
}

TEST(MemoryLimit, MalformedLinesOfProcAreIgnored) {
  Host host;
  host.groups("\nnonsense\n0:\n:\n0::/job\n");
  host.mounts("\nnonsense\n- - - - - -\n1 2 3 / /c - cgroup2\n1 2 - cgroup2 cgroup2 rw\n" + mountOfV2("/", "/cgroup"));
  host.write("/cgroup/job/memory.max", "5000\n");
  expectLimit(host, 5000, "cgroup /job");
}

TEST(MemoryLimit, SlurmLimitsTheNode) {
  Host host;
  host.set("SLURM_MEM_PER_NODE", "4096");
  expectLimit(host, 4096 * mebibyte, "SLURM_MEM_PER_NODE");
  EXPECT_EQ(host.limit(8).bytes, 512 * mebibyte);
}

TEST(MemoryLimit, SlurmLimitsTheNodeByItsCpus) {
  Host host;
  host.set("SLURM_MEM_PER_CPU", "1000");
  expectMachine(host);
  host.set("SLURM_CPUS_ON_NODE", "4");
  expectLimit(host, 4000 * mebibyte, "SLURM_MEM_PER_CPU");
  host.set("SLURM_MEM_PER_NODE", "3000");
  expectLimit(host, 3000 * mebibyte, "SLURM_MEM_PER_NODE");
}

TEST(MemoryLimit, SlurmValuesThatAreNoLimitAreIgnored) {
  for (const char* value : {"0", "", "4G", "4096M", "-1", " 4", "all", "4611686018427387903", "17592186044416"}) {
    for (const char* variable : {"SLURM_MEM_PER_NODE", "SLURM_MEM_PER_CPU", "SLURM_CPUS_ON_NODE"}) {
      Host host;
      host.set("SLURM_MEM_PER_CPU", "17592186044415").set("SLURM_CPUS_ON_NODE", "17592186044415");
      host.set(variable, value);
      expectMachine(host);
    }
  }
}

TEST(MemoryLimit, TheLeastOfAllSourcesCounts) {
  Host host;
  host.groups("0::/job\n").mounts(mountOfV2("/", "/cgroup")).write("/cgroup/job/memory.max", "3000000000\n");
  host.set("SLURM_MEM_PER_NODE", "2000");
  expectLimit(host, 2000 * mebibyte, "SLURM_MEM_PER_NODE");
  host.write("/cgroup/job/memory.max", "1000000000\n");
  expectLimit(host, 1'000'000'000, "cgroup /job");
  host.machine(900'000'000);
  expectLimit(host, 900'000'000, "the machine's memory");
}

TEST(MemoryLimit, OfThisProcessIsAtMostTheMachines) {
  const MemoryLimitSources sources = MemoryLimitSources::ofThisProcess();
  EXPECT_GT(sources.machine, mebibyte);
  const OriginatedLimit limit = memoryLimitOfRank(sources, 1, 0);
  EXPECT_GT(limit.bytes, 0u);
  EXPECT_LE(limit.bytes, sources.machine);
  EXPECT_FALSE(limit.origin.empty());
}

TEST(MemoryLimit, TheLeastOfTheRanksIsTheFirst) {
  const MemoryLimit least = leastLimit({{0, ""}, {300, "a"}, {200, "b"}, {200, "c"}, {400, "d"}});
  EXPECT_EQ(least.bytes, 200u);
  EXPECT_EQ(least.rank, 2);
  EXPECT_EQ(least.origin, "b");
  EXPECT_EQ(least.dataBytes, 120u);
  for (const std::vector<OriginatedLimit>& unknown : {std::vector<OriginatedLimit>(3), {}}) {
    EXPECT_EQ(leastLimit(unknown).bytes, 0u);
    EXPECT_EQ(leastLimit(unknown).rank, 0);
  }
}

}  // namespace
}  // namespace seltzer::detail
