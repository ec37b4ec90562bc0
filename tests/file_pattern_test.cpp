#include "files/file_pattern.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seltzer/detail/files/input_files.hpp>
#include <seltzer/detail/files/input_splits.hpp>

#include "scratch_folder.hpp"

namespace seltzer::detail {
namespace {

using Strings = std::vector<std::string>;

template <class Call>
std::string refusalOf(Call call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(FilePattern, ListsAreCutAtCommasOutsideOfBraces) {
  EXPECT_EQ(splitPathList("a"), Strings{"a"});
  EXPECT_EQ(splitPathList("a,b/c,a"), (Strings{"a", "b/c", "a"}));
  EXPECT_EQ(splitPathList("x{a,{b,c}}y,z"), (Strings{"x{a,{b,c}}y", "z"}));
  EXPECT_EQ(splitPathList("a\\,b,c"), (Strings{"a\\,b", "c"}));
  for (const char* list : {"", ",", "a,", ",a", "a,,b"})
    EXPECT_THROW(splitPathList(list), std::invalid_argument) << list;
}

TEST(FilePattern, BracesStandForTheirAlternatives) {
  EXPECT_EQ(expandBraces("plain"), Strings{"plain"});
  EXPECT_EQ(expandBraces("a{b,c}d"), (Strings{"abd", "acd"}));
  EXPECT_EQ(expandBraces("{a,b}{1,2}"), (Strings{"a1", "a2", "b1", "b2"}));
  EXPECT_EQ(expandBraces("x{,y{1,2}}"), (Strings{"x", "xy1", "xy2"}));
  EXPECT_EQ(expandBraces("{a/b,c}/d"), (Strings{"a/b/d", "c/d"}));
  EXPECT_EQ(expandBraces("{one}"), Strings{"one"});
  EXPECT_EQ(expandBraces("a\\{b,c}"), Strings{"a\\{b,c}"});
  EXPECT_TRUE(contains(refusalOf([] { expandBraces("a{b,c"); }), "a{b,c"));
}

TEST(FilePattern, NamesAreMatched) {
  const auto matches = [](std::string_view pattern, std::string_view name) {
    return NamePattern(pattern).matches(name);
  };
  EXPECT_TRUE(matches("a", "a"));
  EXPECT_FALSE(matches("a", "b"));
  EXPECT_FALSE(matches("a", "ab"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("*.txt", "x.txt"));
  EXPECT_TRUE(matches("*.txt", "x.txt.txt"));
  EXPECT_FALSE(matches("*.txt", "x.txt.gz"));
  EXPECT_TRUE(matches("a*b*c", "aXbbYbc"));
  EXPECT_FALSE(matches("a*b*c", "acb"));
  EXPECT_TRUE(matches("part-?????", "part-00012"));
  EXPECT_FALSE(matches("part-?????", "part-0001"));
  EXPECT_TRUE(matches("[a-c]x", "bx"));
  EXPECT_FALSE(matches("[a-c]x", "dx"));
  EXPECT_TRUE(matches("[^a-c]x", "dx"));
  EXPECT_FALSE(matches("[!a-c]x", "ax"));
  EXPECT_TRUE(matches("[]x]", "]"));
  EXPECT_TRUE(matches("[a-]", "-"));
  EXPECT_TRUE(matches("[\\]]", "]"));
  EXPECT_TRUE(matches("\\*", "*"));
  EXPECT_FALSE(matches("\\*", "a"));
}

TEST(FilePattern, CharactersAreThoseOfUtf8AndOtherBytesAreOneEach) {
  EXPECT_TRUE(NamePattern("?").matches("ä"));
  EXPECT_TRUE(NamePattern("[ä-ö]??").matches("éab"));
  EXPECT_FALSE(NamePattern("??").matches("€"));
  EXPECT_TRUE(
      NamePattern("?b").matches("\xff"
                                "b"));
  EXPECT_TRUE(NamePattern("a?").matches("a\xe2"));
  EXPECT_FALSE(NamePattern("a\xff").matches("a\xfe"));
}

TEST(FilePattern, HiddenNamesAreMatchedOnlyWhereAskedFor) {
  for (const char* name : {"_SUCCESS", ".part.crc"}) {
    EXPECT_FALSE(NamePattern("*").matches(name));
    EXPECT_FALSE(NamePattern("?*").matches(name));
    EXPECT_FALSE(NamePattern("[._]*").matches(name));
    EXPECT_TRUE(NamePattern(std::string(name).substr(0, 1) + "*").matches(name));
    EXPECT_TRUE(NamePattern(name).matches(name));
  }
  EXPECT_FALSE(NamePattern("_*").matches(".part.crc"));
}

TEST(FilePattern, LiteralNames) {
  EXPECT_TRUE(NamePattern("a\\*b").isLiteral());
  EXPECT_EQ(NamePattern("a\\*b").literal(), "a*b");
  EXPECT_FALSE(NamePattern("a*b").isLiteral());
  for (const char* pattern : {"[a", "[]", "a\\", "[c-a]"}) {
    EXPECT_TRUE(contains(refusalOf([&] { NamePattern{pattern}; }), pattern)) << pattern;
  }
}

/// The simplest backtracking matcher.
bool matchesPlainly(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*') {
    return matchesPlainly(pattern.substr(1), name) || (!name.empty() && matchesPlainly(pattern, name.substr(1)));
  }
  return !name.empty() && (pattern.front() == '?' || pattern.front() == name.front()) &&
         matchesPlainly(pattern.substr(1), name.substr(1));
}

TEST(FilePattern, AgreesWithAPlainMatcher) {
  const auto wordsOf = [](std::string_view letters, std::size_t longest) {
    Strings words = {""};
    for (std::size_t i = 0; i < words.size() && words[i].size() < longest; ++i) {
      for (const char letter : letters) words.push_back(words[i] + letter);
    }
    return words;
  };
  const auto names = wordsOf("ab", 6);
  for (const std::string& pattern : wordsOf("a*?b", 5)) {
    const NamePattern compiled(pattern);
    for (const std::string& name : names)
      ASSERT_EQ(compiled.matches(name), matchesPlainly(pattern, name)) << pattern << " " << name;
  }
}

class ListedFiles : public testing::Test {
 protected:
  void write(const std::string& name, std::size_t size = 1) {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    test::writeContent(path(name), std::string(size, 'x'));
  }
  std::string path(const std::string& name) const { return folder_ / name; }

  /// The listed files, relative to the root.
  Strings list(const std::string& paths) const {
    Strings names;
    for (const InputFile& file : listFiles(paths)) names.push_back(file.path.substr(path("").size()));
    return names;
  }

  test::ScratchFolder folder_;
};

TEST_F(ListedFiles, OneFileWithItsSize) {
  write("a", 17);
  EXPECT_EQ(listFiles(path("a")), (std::vector<InputFile>{{path("a"), 17}}));
  EXPECT_EQ(listFiles("file:" + path("a")), listFiles(path("a")));
  EXPECT_EQ(listFiles("file://" + path("a")), listFiles(path("a")));
}

TEST_F(ListedFiles, PathsOfFilesMayHaveASchemeAndOthersAreRefused) {
  write("a", 17);
  write("12:30:00/x:y");
  write("file:/z");
  for (const std::string start : {"file:", "file://", "file://localhost", "FILE://", "file:///"}) {
    EXPECT_EQ(list(start + path("a")), Strings{"a"}) << start;
    EXPECT_EQ(list(start + path("?")), Strings{"a"}) << start;
    EXPECT_EQ(list("{" + start + path("a") + ",nothing}"), Strings{"a"}) << start;
  }
  EXPECT_EQ(list(path("12:30:00/x:y") + "," + path("*:00")), (Strings{"12:30:00/x:y", "12:30:00/x:y"}));
  EXPECT_EQ(list(path("file:/z")), Strings{"file:/z"});
  for (const std::string scheme : {"hdfs", "s3a", "http", "gs", "HDFS", "x+y.z-1"}) {
    std::string named = scheme;
    std::transform(named.begin(), named.end(), named.begin(),
                   [](char c) { return static_cast<char>(std::tolower(c)); });
    const std::string refusal = refusalOf([&] { listFiles(scheme + "://host/x"); });
    EXPECT_EQ(refusal, "\"" + scheme + "://host/x\": there is no file system " + named +
                           " here; give the path of a file or folder that all hosts see");
  }
  EXPECT_TRUE(contains(refusalOf([] { listFiles("dbfs:/x"); }), "no file system dbfs here"));
  EXPECT_TRUE(contains(refusalOf([] { listFiles("file://host/x"); }), "write file:/host/x"));
  for (const char* none : {"file:", "file://", "file://localhost"}) {
    EXPECT_TRUE(contains(refusalOf([&] { listFiles(none); }), "names no file or folder")) << none;
  }
}

TEST_F(ListedFiles, TwoDotsTakeBackTheNameBeforeThem) {
  write("a/x");
  write("b/c/y");
  std::filesystem::create_directory_symlink(path("b/c"), path("a/link"));
  EXPECT_EQ(list(path("a/link/../x")), Strings{"a/x"}) << "as in what is written, whatever a link points to";
  EXPECT_EQ(list(path("a/nothing/../../b/*/../c/y")), Strings{"b/c/y"});
  EXPECT_EQ(list("/.." + path("a/x")), Strings{"a/x"});
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(path("b/c"));
  EXPECT_EQ(listFiles("../../a/x").size(), 1u);
  EXPECT_EQ(listFiles("../c/../../a/x").size(), 1u);
  std::filesystem::current_path(before);
}

TEST_F(ListedFiles, RelativePathsBecomeAbsolute) {
  write("a");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(path(""));
  EXPECT_EQ(list("a"), Strings{"a"});
  EXPECT_EQ(list("./?"), Strings{"a"});
  std::filesystem::current_path(before);
}

TEST_F(ListedFiles, FoldersGiveTheirFilesButNoHiddenOnes) {
  for (const char* name : {"d/b", "d/a", "d/_SUCCESS", "d/.a.crc", "d/_temporary/c", "d/.cache/c", "d/z.gz"})
    write(name);
  EXPECT_EQ(list(path("d")), (Strings{"d/a", "d/b", "d/z.gz"}));
  EXPECT_EQ(list(path("d/")), (Strings{"d/a", "d/b", "d/z.gz"}));
  EXPECT_EQ(list(path("d/_SUCCESS")), Strings{"d/_SUCCESS"});
  EXPECT_EQ(list(path("*")), (Strings{"d/a", "d/b", "d/z.gz"}));
  EXPECT_EQ(list(path("d/*")), (Strings{"d/a", "d/b", "d/z.gz"}));
  std::filesystem::create_directory(path("none"));
  EXPECT_EQ(list(path("none")), Strings{});
}

TEST_F(ListedFiles, AFolderThatHoldsAFolderIsRefusedWithThePatternThatReadsIt) {
  for (const char* name : {"d/sub/c", "both/a", "both/sub/c", "deep/x/y/z"}) write(name);
  std::filesystem::create_directory(path("[e]"));
  std::filesystem::create_directory_symlink(path("d/sub"), path("[e]/link"));
  const auto refusal = [&](const std::string& paths) { return refusalOf([&] { listFiles(paths); }); };
  const auto expected = [&](const std::string& folder, const std::string& name, const std::string& pattern) {
    return path(folder) + ": holds the folder \"" + name + "\", which would not be read; \"" + path(pattern) +
           "\" stands for all in it, and for the files in its folders";
  };
  EXPECT_EQ(refusal(path("d")), expected("d", "sub", "d/*"));
  EXPECT_EQ(refusal(path("{d}")), expected("d", "sub", "d/*"));
  EXPECT_EQ(refusal(path("both")), expected("both", "sub", "both/*"));
  EXPECT_EQ(refusal(path("bot?")), expected("both", "sub", "both/*"));
  EXPECT_EQ(refusal(path("deep/*")), expected("deep/x", "y", "deep/x/*"));
  EXPECT_EQ(refusal(path("\\[e\\]")), expected("[e]", "link", "\\[e\\]/*"));
  EXPECT_EQ(list(path("d/*")), Strings{"d/sub/c"});
  EXPECT_EQ(list(path("both/*")), (Strings{"both/a", "both/sub/c"}));
  EXPECT_EQ(list(path("deep/x/*")), Strings{"deep/x/y/z"});
  EXPECT_EQ(list(path("\\[e\\]/*")), Strings{"[e]/link/c"});
}

TEST_F(ListedFiles, PartsComeInTheOrderOfTheirNumbers) {
  const Strings expected = {"d/other-10",      "d/other-9",          "d/part-",
                            "d/part-00000",    "d/part-00002",       "d/part-2",
                            "d/part-00010.gz", "d/part-10000",       "d/part-99999",
                            "d/part-99999.gz", "d/part-100000",      "d/part-100000.gz",
                            "d/part-100001",   "d/part-12345678901", "d/part-123456789012345678901234567890",
                            "d/part-five",     "d/partial"};
  for (const std::string& name : expected) write(name);
  EXPECT_EQ(list(path("d")), expected);
  EXPECT_EQ(list(path("d/*{0,9}.gz")), (Strings{"d/part-00010.gz", "d/part-99999.gz", "d/part-100000.gz"}));
}

TEST_F(ListedFiles, FoldersAndFilesCalledPartsAreInOneOrder) {
  for (const char* name :
       {"part-9", "part-10", "part-5/x", "part-11/part-100000", "part-11/part-99999", "part-101/x"}) {
    write(name);
  }
  EXPECT_EQ(list(path("*")),
            (Strings{"part-5/x", "part-9", "part-10", "part-11/part-99999", "part-11/part-100000", "part-101/x"}));
}

TEST_F(ListedFiles, WildcardsStopAtSlashes) {
  for (const char* name : {"x/1/data", "x/2/data", "x/2/other", "x/data", "y/3/data"}) write(name);
  EXPECT_EQ(list(path("x/*/data")), (Strings{"x/1/data", "x/2/data"}));
  EXPECT_EQ(list(path("*/*/data")), (Strings{"x/1/data", "x/2/data", "y/3/data"}));
  EXPECT_THROW(listFiles(path("x*data")), std::invalid_argument);
}

TEST_F(ListedFiles, ListsKeepTheirOrderAndWhatIsListedTwice) {
  for (const char* name : {"a", "b", "c"}) write(name);
  EXPECT_EQ(list(path("c") + "," + path("a") + "," + path("c")), (Strings{"c", "a", "c"}));
  EXPECT_EQ(list(path("[bc]") + "," + path("*")), (Strings{"b", "c", "a", "b", "c"}));
  EXPECT_EQ(list(path("{c,a,?}")), (Strings{"a", "b", "c"})) << "one element gives a file once";
  EXPECT_EQ(list(path("{nothing,b}")), Strings{"b"});
}

TEST_F(ListedFiles, WhatCannotBeListedIsNamedWithTheReason) {
  write("file");
  const auto refusal = [&](const std::string& paths) { return refusalOf([&] { listFiles(paths); }); };
  EXPECT_EQ(refusal(path("absent")), path("absent") + ": No such file or directory");
  EXPECT_EQ(refusal(path("file/below")), path("file/below") + ": Not a directory");
  EXPECT_EQ(refusal(path("file") + "," + path("absent")), path("absent") + ": No such file or directory");
  EXPECT_EQ(refusal(path("n*")), "no file matches \"" + path("n*") + "\"");
  EXPECT_EQ(refusal(path("file/*")), "no file matches \"" + path("file/*") + "\"");
  EXPECT_EQ(refusal(path("{a,b}")), "no file matches \"" + path("{a,b}") + "\"");
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(refusal("absent/n*"), "no file matches \"absent/n*\"; the current folder is " + here);
  EXPECT_EQ(refusal("{/,}absent/n*"), "no file matches \"{/,}absent/n*\"; the current folder is " + here);
  std::filesystem::create_symlink("nowhere", path("link"));
  EXPECT_EQ(refusal(path("link")), path("link") + ": No such file or directory");
  EXPECT_EQ(refusal(path("")), path("link") + ": No such file or directory") << "a link in a folder";
  std::filesystem::create_symlink("loop", path("loop"));
  EXPECT_EQ(refusal(path("loop")), path("loop") + ": Too many levels of symbolic links");
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_TRUE(contains(refusal(path("pipe")), path("pipe")));
}

TEST_F(ListedFiles, FoldersWithoutPermissionAreNamed) {
  write("closed/file");
  std::filesystem::permissions(path(""), std::filesystem::perms::all);
  std::filesystem::permissions(path("closed"), std::filesystem::perms::none);
  const bool root = ::geteuid() == 0;
  ASSERT_TRUE(!root || ::seteuid(65534) == 0);
  const std::string folder = refusalOf([&] { listFiles(path("closed")); });
  const std::string pattern = refusalOf([&] { listFiles(path("closed/*")); });
  ASSERT_TRUE(!root || ::seteuid(0) == 0);
  std::filesystem::permissions(path("closed"), std::filesystem::perms::owner_all);
  EXPECT_EQ(folder, path("closed") + ": Permission denied");
  EXPECT_EQ(pattern, path("closed") + ": Permission denied");
}

/// Checks the invariants of every split, and returns the number of ranges.
std::size_t checkRanges(const std::vector<std::uint64_t>& sizes, std::size_t atLeast, std::uint64_t unit) {
  std::vector<InputFile> files;
  std::uint64_t units = 0;
  for (const std::uint64_t size : sizes) {
    files.push_back({"f" + std::to_string(files.size()), size * unit});
    units += size;
  }
  const auto splits = splitByRanges(files, atLeast, unit, true).splits;
  std::size_t next = 0;
  for (std::uint64_t f = 0; f < files.size(); ++f) {
    std::uint64_t at = 0;
    std::uint64_t shortest = ~std::uint64_t{0};
    std::uint64_t longest = 0;
    for (; next < splits.size() && splits[next].file == f; ++next) {
      EXPECT_EQ(splits[next].begin, at);
      EXPECT_LT(splits[next].begin, splits[next].end);
      EXPECT_EQ(splits[next].end % unit, 0u);
      at = splits[next].end;
      shortest = std::min(shortest, splits[next].end - splits[next].begin);
      longest = std::max(longest, splits[next].end - splits[next].begin);
    }
    EXPECT_EQ(at, files[f].size);
    EXPECT_TRUE(files[f].size == 0 || longest - shortest <= unit);
  }
  EXPECT_EQ(next, splits.size());
  EXPECT_GE(splits.size(), std::min<std::uint64_t>(atLeast, units));
  return splits.size();
}

TEST(InputRanges, CoverTheFilesAndAreEnough) {
  EXPECT_EQ(checkRanges({}, 3, 1), 0u);
  EXPECT_EQ(checkRanges({0, 0}, 3, 1), 0u);
  EXPECT_EQ(checkRanges({100}, 1, 1), 1u);
  EXPECT_EQ(checkRanges({100}, 7, 1), 7u);
  EXPECT_EQ(checkRanges({3}, 8, 1), 3u);
  EXPECT_EQ(checkRanges({1000}, 3, 100), 3u);
  EXPECT_EQ(checkRanges({105, 95, 100}, 3, 1), 3u) << "files a little above the aim stay whole";
  EXPECT_EQ(checkRanges({300, 100}, 4, 1), 4u);
  EXPECT_GE(checkRanges({11, 11, 11, 11, 11, 11, 11, 11, 11, 11}, 11, 1), 11u);
  for (std::uint64_t a = 0; a < 12; ++a) {
    for (std::uint64_t b = 0; b < 12; ++b) {
      for (std::size_t atLeast = 1; atLeast < 30; ++atLeast) {
        checkRanges({a, b, 0, 7}, atLeast, 1);
        checkRanges({a, b}, atLeast, 10);
      }
    }
  }
  checkRanges({std::uint64_t{1} << 60, 5}, 1000, 1);
}

TEST(InputRanges, CompressedFilesStayWhole) {
  const std::vector<InputFile> files = {{"a.gz", 1000}, {"b", 10}, {"c.zst", 0}};
  const auto splits = splitByRanges(files, 5, 1, true).splits;
  ASSERT_EQ(splits.size(), 5u);
  EXPECT_EQ(splits.front(), (FileSplit{0, 0, 1000}));
  EXPECT_EQ(splits.back(), (FileSplit{2, 0, 0}));
  EXPECT_EQ(splitByRanges({{"a.gz", 1000}}, 5, 1, false).splits.size(), 5u);
  EXPECT_EQ(splitByRanges({{"a.gz", 1000}}, 5, 1, true).splits.size(), 1u);
}

TEST(InputRanges, WholeFilesArePackedEvenly) {
  const auto pack = [](const std::vector<std::uint64_t>& sizes, std::size_t parts) {
    std::vector<InputFile> files;
    for (const std::uint64_t size : sizes) files.push_back({"f", size});
    return packWhole(files, parts);
  };
  using Ends = std::vector<std::uint64_t>;
  EXPECT_EQ(pack({}, 3), Ends{});
  EXPECT_EQ(pack({5, 5}, 3), (Ends{1, 2}));
  EXPECT_EQ(pack({1, 1, 1, 1, 1, 1}, 3), (Ends{2, 4, 6}));
  EXPECT_EQ(pack({1'000'000, 1, 1, 1}, 2), (Ends{1, 4}));
  EXPECT_EQ(pack({1, 1, 1, 1'000'000}, 2), (Ends{3, 4}));
  EXPECT_EQ(pack({1, 1, 1, 1'000'000}, 4), (Ends{1, 2, 3, 4}));
  EXPECT_EQ(pack({0, 0, 0, 0}, 1), Ends{4});
}

}  // namespace
}  // namespace seltzer::detail
