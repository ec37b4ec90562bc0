#include <algorithm>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.hpp"
#include "scratch_folder.hpp"

namespace seltzer::test {
namespace {

using Strings = std::vector<std::string>;

/// For each rank, the number of open descriptors, and whether a child process is left.
std::vector<std::pair<std::int64_t, bool>> leftOvers() {
  const auto ranks = static_cast<std::int64_t>(context().ranks());
  return context().runJob(context().range(0, ranks, 1, ranks), [](std::size_t, auto&) {
    std::int64_t open = 0;
    DIR* descriptors = ::opendir("/proc/self/fd");
    while (::readdir(descriptors) != nullptr) ++open;
    ::closedir(descriptors);
    return std::pair(open, ::waitpid(-1, nullptr, WNOHANG | WNOWAIT) >= 0);
  });
}

/// Checks after each test that the processes left nothing behind, however they ended.
class Pipe : public testing::Test {
 protected:
  void SetUp() override { before_ = leftOvers(); }
  void TearDown() override { EXPECT_EQ(leftOvers(), before_); }

 private:
  std::vector<std::pair<std::int64_t, bool>> before_;
};

Strings shouted(Strings strings) {
  for (std::string& text : strings) std::transform(text.begin(), text.end(), text.begin(), ::toupper);
  return strings;
}

TEST_F(Pipe, EveryElementIsALine) {
  for (const std::int64_t partitions : partitionCounts) {
    const auto strings = someStrings(5000);
    EXPECT_EQ(context().parallelize(strings, partitions).pipe("cat").collect(), strings);
    EXPECT_EQ(context().parallelize(strings, partitions).pipe("tr a-z A-Z").collect(), shouted(strings));
  }
  EXPECT_EQ(context().range(0, 5, 1, 2).map([](std::int64_t i) { return std::pair(i, i / 2.0); }).pipe("cat").collect(),
            (Strings{"(0,0)", "(1,0.5)", "(2,1)", "(3,1.5)", "(4,2)"}));
}

TEST_F(Pipe, OneProcessAPartitionForEmptyOnesToo) {
  const std::vector<std::vector<std::int64_t>> parts = {{}, {1, 2, 3}, {}, std::vector<std::int64_t>(2000, 7)};
  EXPECT_EQ(
      rddOf(parts).pipe("wc -l").map([](std::string_view text) { return std::stoi(std::string(text)); }).collect(),
      (std::vector<int>{0, 3, 0, 2000}));
  EXPECT_EQ(context().emptyRDD<int>().pipe("cat").collect(), Strings());
}

TEST_F(Pipe, ResultsAreLent) {
  const auto lines = context().range(0, 5000, 1, 3).pipe("cat");
  EXPECT_EQ(lines.map([](std::string_view line) { return line.substr(0, 1); })
                .filter([](std::string_view digit) { return digit == "4"; })
                .count(),
            1111);
  EXPECT_EQ(lines.pipe("cat").pipe("wc -l").count(), 3);
}

TEST_F(Pipe, LastLineWithoutEndAndEmptyLines) {
  EXPECT_EQ(context().range(0, 1, 1, 1).pipe("printf 'a\\n\\nb'").collect(), (Strings{"a", "", "b"}));
  EXPECT_EQ(context().range(0, 1, 1, 1).pipe("printf 'a\\n'").collect(), (Strings{"a"}));
  EXPECT_EQ(context().range(0, 1, 1, 1).pipe("printf '\\n'").collect(), (Strings{""}));
  EXPECT_EQ(context().range(0, 1, 1, 1).pipe("true").collect(), Strings());
}

TEST_F(Pipe, AMillionLines) {
  const auto rdd = context().range(0, 1'000'000, 1, 2).pipe("cat").map([](std::string_view line) {
    return static_cast<std::int64_t>(std::stoll(std::string(line)));
  });
  EXPECT_EQ(rdd.sum(), std::int64_t{1'000'000} * 999'999 / 2);
}

TEST_F(Pipe, ALongLine) {
  const std::string text(5'000'000, 'x');
  EXPECT_EQ(context().parallelize(Strings{text, "y"}, 1).pipe("cat").collect(), (Strings{text, "y"}));
}

TEST_F(Pipe, Environment) {
  const auto rdd = context().range(0, 2, 1, 2);
  EXPECT_EQ(rdd.pipe("echo \"$GREETING, $NAME\"", {{"GREETING", "good day"}, {"NAME", "a=b"}}).collect(),
            (Strings{"good day, a=b", "good day, a=b"}));
  EXPECT_EQ(rdd.pipe("echo \"$HOME\"", {{"HOME", "elsewhere"}}).first(), "elsewhere");
  EXPECT_EQ(rdd.pipe("echo \"$PATH\"").first(), std::getenv("PATH"));
}

TEST_F(Pipe, ArgumentsThatNoProcessCanBeGiven) {
  const auto rdd = context().range(3);
  messageOf<std::invalid_argument>([&] { rdd.pipe(""); });
  messageOf<std::invalid_argument>([&] { rdd.pipe("  "); });
  messageOf<std::invalid_argument>([&] { rdd.pipe(std::string("a\0b", 3)); });
  messageOf<std::invalid_argument>([&] { rdd.pipe("cat", {{"A=B", "c"}}); });
  messageOf<std::invalid_argument>([&] { rdd.pipe("cat", {{"", "c"}}); });
}

// --- processes that do more than read and write in turn

TEST_F(Pipe, AProcessThatWritesMuchBeforeItReads) {
  const auto lines = context().range(0, 300'000, 1, 2).pipe("seq 1 300000; cat").collect();
  ASSERT_EQ(lines.size(), 900'000u);
  EXPECT_EQ(lines[299'999], "300000");
  EXPECT_EQ(lines[300'000], "0");
  EXPECT_EQ(lines.back(), "299999");
}

TEST_F(Pipe, AProcessThatReadsEverythingBeforeItWrites) {
  const auto lines = context().range(0, 300'000, 1, 2).pipe("sort -rn").collect();
  ASSERT_EQ(lines.size(), 300'000u);
  EXPECT_EQ(lines[0], "149999");
  EXPECT_EQ(lines.back(), "150000");
}

TEST_F(Pipe, AProcessThatDoesNotReadItsInput) {
  const auto rdd = context().range(0, 1'000'000, 1, 2);
  EXPECT_EQ(rdd.pipe("head -1").collect(), (Strings{"0", "500000"}));
  EXPECT_EQ(rdd.pipe("echo done").collect(), (Strings{"done", "done"}));
  EXPECT_EQ(rdd.pipe("exec <&-; sleep 0.05; echo closed").collect(), (Strings{"closed", "closed"}));
}

TEST_F(Pipe, AProcessThatClosesItsOutputStillReads) {
  const ScratchFolder scratch;
  EXPECT_EQ(context().range(0, 100'000, 1, 1).pipe("exec cat >\"$FILE\"", {{"FILE", scratch / "copy"}}).count(), 0);
  const std::string copy = contentOf(scratch / "copy");
  EXPECT_EQ(std::count(copy.begin(), copy.end(), '\n'), 100'000);
}

/// Whether a process still runs: a zombie does not.
bool isAlive(const std::string& process) {
  std::ifstream stat("/proc/" + process + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return false;
  return line[line.rfind(')') + 2] != 'Z';
}

TEST_F(Pipe, NobodyWaitsForWhatTheProcessLeftBehind) {
  const Strings left = context().range(0, 1, 1, 1).pipe("sleep 1000 >/dev/null & echo $!").collect();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_TRUE(isAlive(left[0]));
  ::kill(std::stoi(left[0]), SIGKILL);
}

TEST_F(Pipe, TakeEndsAnEndlessProcessAndWhatItStarted) {
  const auto rdd = context().range(0, 1'000'000, 1, 3);
  EXPECT_EQ(rdd.pipe("yes").take(1), Strings{"y"});
  EXPECT_EQ(rdd.pipe("cat; yes").take(2), (Strings{"0", "1"}));
  const std::string started = rdd.pipe("sleep 1000 & echo $!; echo next; wait").first();
  for (int tries = 0; tries < 200 && isAlive(started); ++tries) ::usleep(10'000);
  EXPECT_FALSE(isAlive(started));
}

TEST_F(Pipe, TheProcessIsEndedByABrokenPipe) {
  // 141: the shell's code for SIGPIPE, which this program ignores and the command must not
  const auto message = messageOf<TaskError>(
      [] { context().range(0, 1, 1, 1).pipe("{ yes; echo status $? >&2; } | head -1; exit 1").collect(); });
  EXPECT_NE(message.find("status 141"), std::string::npos) << message;
}

TEST_F(Pipe, TheProcessIsEndedByALimitOfFileSizes) {
  // 153: the shell's code for SIGXFSZ, likewise
  const test::ScratchFolder folder;
  const auto lines = context()
                         .range(0, 1, 1, 1)
                         .pipe("(ulimit -f 1; exec head -c 100000 /dev/zero >" + (folder / "file") +
                               "); echo status $?; cat >/dev/null");
  EXPECT_EQ(lines.collect(), Strings{"status 153"});
}

// --- failures

TEST_F(Pipe, AnExitCodeIsAnErrorWithStderr) {
  for (const std::string input : {"cat", "head -1", "true"}) {
    const std::string command = input + "; echo what went wrong >&2; exit 3";
    const auto line = static_cast<std::uint32_t>(__LINE__ + 1);
    const auto message = messageOf<TaskError>([&] { context().range(0, 100'000, 1, 2).pipe(command).count(); });
    EXPECT_NE(message.find(command), std::string::npos) << message;
    EXPECT_NE(message.find("exit code 3"), std::string::npos) << message;
    EXPECT_NE(message.find("what went wrong"), std::string::npos) << message;
    EXPECT_NE(message.find("pipe"), std::string::npos) << message;
    EXPECT_NE(message.find(callSite(line)), std::string::npos) << message;
  }
  const auto missing = messageOf<TaskError>([] { context().range(1).pipe("no-such-command-anywhere").count(); });
  EXPECT_NE(missing.find("exit code 127"), std::string::npos) << missing;
  EXPECT_EQ(context().range(10).count(), 10);
}

TEST_F(Pipe, ASignalIsAnError) {
  const auto message = messageOf<TaskError>([] { context().range(1).pipe("kill -TERM $$").count(); });
  EXPECT_NE(message.find("signal 15"), std::string::npos) << message;
}

TEST_F(Pipe, TheLastOfALongStderrIsKept) {
  const auto message = messageOf<TaskError>([] {
    context().range(0, 100'000, 1, 1).pipe("seq 1 200000 >&2; cat >/dev/null; echo the end >&2; exit 1").count();
  });
  EXPECT_NE(message.find("200000\nthe end"), std::string::npos);
  EXPECT_EQ(message.find("\n100000\n"), std::string::npos);
  EXPECT_GT(message.size(), 60'000u);
  EXPECT_LT(message.size(), 70'000u);
}

TEST_F(Pipe, AFailureBeforeThePipeEndsTheProcess) {
  const auto rdd = context().range(0, 100'000, 1, 2).map([](std::int64_t i) {
    if (i % 50'000 == 40'000) throw std::runtime_error("not this one");
    return i;
  });
  const auto message = messageOf<TaskError>([&] { rdd.pipe("cat; sleep 1000").count(); });
  EXPECT_NE(message.find("not this one"), std::string::npos) << message;
  EXPECT_NE(message.find("map"), std::string::npos) << message;
}

TEST_F(Pipe, AFailureBehindThePipeEndsTheProcess) {
  const auto rdd = context().range(0, 100, 1, 2).pipe("yes").map([](std::string_view line) {
    if (line == "y") throw std::runtime_error("no");
    return line;
  });
  const auto message = messageOf<TaskError>([&] { rdd.count(); });
  EXPECT_NE(message.find("map"), std::string::npos) << message;
}

}  // namespace
}  // namespace seltzer::test
