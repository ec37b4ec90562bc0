#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <seltzer/detail/api/checkpoint_store.hpp>
#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/data/wire/error.hpp>
#include <seltzer/errors.hpp>

#include "files/local_path.hpp"

namespace seltzer::detail {
namespace {

namespace fs = std::filesystem;

/// The numbers of the checkpoints below a name's path, complete or not, ascending.
std::vector<std::uint64_t> numbersBelow(const fs::path& path, std::string_view operation, const CallSite& where) {
  std::vector<std::uint64_t> numbers;
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::uint64_t number = 0;
    const auto [stop, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (failed == std::errc() && stop == name.data() + name.size()) numbers.push_back(number);
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw OutputError(error, fmt::format("{}reading the directory {}", messagePrefix(operation, where), path.string()));
  }
  std::ranges::sort(numbers);
  return numbers;
}

std::string differenceOf(const ProgramTag& written, const ProgramTag& program) {
  if (written.name != program.name) {
    return fmt::format("it was written by another program, {}, and this is {}", written.name, program.name);
  }
  return fmt::format("it was written by another version of {}, with other operations and functions", program.name);
}

void requireName(const std::string& name, const CallSite& where) {
  const auto isAllowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
  };
  if (name.empty() || name.front() == '.' || !std::ranges::all_of(name, isAllowed)) {
    throw UsageError(fmt::format("{}the name \"{}\" is not made of letters, digits, '-', '_' and '.'",
                                 messagePrefix("checkpointed", where), name));
  }
}

void removeAll(const fs::path& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

}  // namespace

struct CheckpointStore::Known {
  struct Remembered {
    ObjectTypeTag type;
    std::function<Bytes()> value;
  };

  std::map<std::string, Found> earlier;  // of earlier runs, by name
  std::vector<RememberedValue> values;   // of the newest of them
  std::map<std::string, Remembered> remembered;
  std::map<std::string, std::weak_ptr<CheckpointFiles>> files;  // those that RDDs read, by path
};

CheckpointStore::CheckpointStore(ProgramTag program, std::string application)
    : program_(std::move(program)), application_(std::move(application)), known_(makeUnique<Known>()) {}
CheckpointStore::~CheckpointStore() = default;

void CheckpointStore::setDirectory(const std::string& path, const CallSite& where) {
  const std::string prefix = messagePrefix("setCheckpointDir", where);
  if (path.empty()) throw UsageError(prefix + "the path of the directory is empty");
  std::error_code error;
  fs::path whole;
  try {
    whole = fs::absolute(localPath(path), error).lexically_normal();
  } catch (const UsageError& refused) {
    throw UsageError(prefix + refused.what());
  }
  if (!error) fs::create_directories(whole, error);
  if (!error && !fs::is_directory(whole, error)) error = std::make_error_code(std::errc::not_a_directory);
  if (error) throw OutputError(error, fmt::format("{}making the directory {}", prefix, whole.string()));
  if (directory_ == whole.string()) return;
  directory_ = whole.string();
  isRead_ = false;
  sequence_ = 0;
  known_->earlier.clear();
  known_->values.clear();
  known_->remembered.clear();
}

void CheckpointStore::requireDirectory(std::string_view operation, const CallSite& where) const {
  if (directory_) return;
  throw std::logic_error(messagePrefix(operation, where) +
                         "there is no directory for checkpoints yet; call Context::setCheckpointDir first");
}

std::string CheckpointStore::pathOf(const std::string& name) const {
  return fmt::format("{}/{}", *directory_, name);
}

std::string CheckpointStore::newPath(RDDId rdd) const {
  std::string path = fmt::format("{}/{}/rdd-{}", *directory_, application_, rdd);
  clear(path);  // of an earlier process with the same number
  return path;
}

void CheckpointStore::clear(const std::string& path) {
  removeAll(path);
}

/// Finds what earlier runs have completed.
void CheckpointStore::readOnce(std::string_view operation, const CallSite& where) {
  if (isRead_) return;
  std::uint64_t newest = 0;
  std::error_code error;
  for (fs::directory_iterator entry(*directory_, error), end; !error && entry != end; entry.increment(error)) {
    if (std::error_code ignored; !entry->is_directory(ignored)) continue;
    std::vector<std::uint64_t> numbers = numbersBelow(entry->path(), operation, where);
    for (; !numbers.empty(); numbers.pop_back()) {
      const std::string path = fmt::format("{}/{}", entry->path().string(), numbers.back());
      std::optional<CheckpointManifest> manifest;
      try {
        manifest = readManifest(path);
      } catch (const std::exception& failure) {
        refuse(operation, where, path, failure.what());
      }
      if (!manifest) continue;  // unfinished
      if (manifest->program != program_) {
        refuse(operation, where, path, differenceOf(manifest->program, program_));
      }
      sequence_ = std::max(sequence_, manifest->sequence);
      if (manifest->sequence > newest) {
        newest = manifest->sequence;
        known_->values = manifest->remembered;
      }
      known_->earlier[entry->path().filename().string()] = {filesAt(path), std::move(*manifest)};
      break;
    }
  }
  if (error) {
    throw OutputError(error, fmt::format("{}reading the directory {}", messagePrefix(operation, where), *directory_));
  }
  isRead_ = true;
}

void CheckpointStore::refuse(std::string_view operation, const CallSite& where, const std::string& path,
                             const std::string& why) {
  throw UsageError(fmt::format(
      "{}the checkpoint {} cannot be used: {}; remove it to have it computed anew, or set another directory",
      messagePrefix(operation, where), path, why));
}

std::optional<CheckpointStore::Found> CheckpointStore::restore(const std::string& name,
                                                               const std::vector<ObjectTypeTag>& types,
                                                               const CallSite& where) {
  requireDirectory("checkpointed", where);
  requireName(name, where);
  readOnce("checkpointed", where);
  const auto found = known_->earlier.find(name);
  if (found == known_->earlier.end()) return std::nullopt;
  const std::string& path = found->second.files->path;
  const auto& rdds = found->second.manifest.rdds;
  for (std::size_t i = 0; i < std::max(types.size(), rdds.size()); ++i) {
    if (i >= types.size() || i >= rdds.size()) {
      refuse("checkpointed", where, path, fmt::format("it holds {} RDDs, and not {}", rdds.size(), types.size()));
    }
    if (rdds[i].fingerprint != types[i].fingerprint) {
      refuse("checkpointed", where, path,
             fmt::format("it holds elements of type {}, and not {}", rdds[i].typeName, types[i].name));
    }
  }
  Found restored = std::move(found->second);
  known_->earlier.erase(found);
  setRestored();
  return restored;
}

std::string CheckpointStore::newPath(const std::string& name, const CallSite& where) {
  requireDirectory("checkpointed", where);
  requireName(name, where);
  readOnce("checkpointed", where);
  known_->earlier.erase(name);
  std::uint64_t number = 0;
  for (const std::uint64_t known : numbersBelow(pathOf(name), "checkpointed", where)) {
    number = known;
    const std::string path = fmt::format("{}/{}", pathOf(name), known);
    std::error_code error;
    if (!fs::exists(path + "/_manifest", error)) removeAll(path);
  }
  return fmt::format("{}/{}", pathOf(name), number + 1);
}

std::shared_ptr<CheckpointFiles> CheckpointStore::complete(const std::string& path, std::vector<CheckpointedRDD> rdds,
                                                           const CallSite& where, const std::string& name) {
  CheckpointManifest manifest;
  const std::string prefix = messagePrefix(name.empty() ? "checkpoint" : "checkpointed", where);
  manifest.program = program_;
  manifest.sequence = ++sequence_;
  manifest.rdds = std::move(rdds);
  if (!name.empty()) {
    for (const auto& [of, remembered] : known_->remembered) {
      manifest.remembered.push_back({of, remembered.type.name, remembered.type.fingerprint, remembered.value()});
    }
  }
  try {
    checkParts(path, manifest);
    writeManifest(path, manifest);
  } catch (const WireError& error) {
    throw OutputError(std::make_error_code(std::errc::no_such_file_or_directory),
                      fmt::format("{}{}: all ranks must see the directory for checkpoints", prefix, error.what()));
  } catch (const std::system_error& error) {
    throw OutputError(error.code(), fmt::format("{}completing {}", prefix, path));
  }
  auto files = filesAt(path);
  if (!name.empty()) removeOthers(name, path, where);
  return files;
}

std::shared_ptr<CheckpointFiles> CheckpointStore::filesAt(const std::string& path) {
  std::weak_ptr<CheckpointFiles>& known = known_->files[path];
  auto files = known.lock();
  if (!files) known = files = std::make_shared<CheckpointFiles>(path);
  return files;
}

/// Removes the other checkpoints of a name, those that RDDs read once these are gone.
void CheckpointStore::removeOthers(const std::string& name, const std::string& path, const CallSite& where) {
  std::erase_if(known_->files, [](const auto& known) { return known.second.expired(); });
  for (const std::uint64_t number : numbersBelow(pathOf(name), "checkpointed", where)) {
    const std::string other = fmt::format("{}/{}", pathOf(name), number);
    if (other == path) continue;
    const auto known = known_->files.find(other);
    if (const auto read = known == known_->files.end() ? nullptr : known->second.lock()) {
      read->isSuperseded = true;
    } else {
      removeAll(other);
    }
  }
}

const RememberedValue* CheckpointStore::remembered(const std::string& name, const ObjectTypeTag& type,
                                                   const CallSite& where) {
  requireDirectory("remember", where);
  readOnce("remember", where);
  const auto found = std::ranges::find(known_->values, name, &RememberedValue::name);
  if (found == known_->values.end()) return nullptr;
  if (found->fingerprint != type.fingerprint) {
    throw UsageError(fmt::format(
        "{}the checkpoints in {} have a value \"{}\" of type {}, and not {}; remove them or set another directory",
        messagePrefix("remember", where), *directory_, name, found->typeName, type.name));
  }
  setRestored();
  return &*found;
}

void CheckpointStore::remember(const std::string& name, const ObjectTypeTag& type, std::function<Bytes()> value) {
  known_->remembered[name] = {type, std::move(value)};
}

}  // namespace seltzer::detail
