#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include <seltzer/detail/data/wire/containers.hpp>
#include <seltzer/detail/data/wire/error.hpp>
#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/files/checkpoint.hpp>
#include <seltzer/detail/files/open_file.hpp>
#include <seltzer/detail/files/output_directory.hpp>

namespace seltzer::detail {
namespace {

namespace fs = std::filesystem;

std::string manifestOf(const std::string& directory) {
  return directory + "/_manifest";
}

CheckpointedPart partAt(const std::string& path) {
  try {
    const OpenFile file(path);
    ObjectFrame end;
    if (file.size() < sizeof end) throw WireError(fmt::format("{} is not an object file", path));
    auto* into = reinterpret_cast<std::byte*>(&end);
    for (std::size_t read = 0; read < sizeof end;) {
      const std::size_t count = file.read(into + read, sizeof end - read, file.size() - sizeof end + read);
      if (count == 0) throw WireError(fmt::format("{} is cut short", path));
      read += count;
    }
    return {file.size(), end.frameHash};
  } catch (const std::system_error& error) {
    throw WireError(error.what());
  }
}

}  // namespace

ObjectTypeTag manifestType() {
  constexpr std::string_view name = "checkpoint manifest";
  return {std::string(name), hashBytes(name.data(), name.size())};
}

std::string checkpointFolder(const std::string& directory, std::size_t index) {
  return fmt::format("{}/rdd-{}", directory, index);
}

std::string checkpointPart(const std::string& folder, std::size_t partition) {
  return fmt::format("{}/{}", folder, OutputDirectory::nameOf(partition, Codec::none));
}

bool isWritten(const std::string& part) {
  return fs::exists(part);
}

std::string checkpointAdvice(const std::string& folder) {
  return fmt::format("; the checkpoint cannot be used: remove {} to have it computed anew",
                     fs::path(folder).parent_path().string());
}

void throwLocalCheckpointIsGone() {
  throw std::runtime_error(
      "the elements of a local checkpoint were stored on the ranks only and are gone since unpersist; use checkpoint to "
      "keep them in files");
}

void writeManifest(const std::string& directory, const CheckpointManifest& manifest) {
  const std::string path = manifestOf(directory);
  PartFile file(path, path + ".unfinished", Codec::none);
  ObjectFileWriter writer(file, manifestType());
  Bytes content;
  WireWriter(content) << manifestVersion << manifest;
  writer.writeFrame(content, 1);
  writer.finish();
  file.commit();
}

std::optional<CheckpointManifest> readManifest(const std::string& directory) {
  const std::string path = manifestOf(directory);
  std::error_code error;
  if (!fs::exists(path, error)) {
    if (error) throw std::system_error(error, path);
    return std::nullopt;
  }
  ObjectFileReader file(path, manifestType());
  if (!file.next()) throw WireError(fmt::format("{} is empty", path));
  WireReader content(file.payload());
  if (const auto version = content.read<std::uint32_t>(); version != manifestVersion) {
    throw WireError(
        fmt::format("{} has version {} of the format; this program reads {}", path, version, manifestVersion));
  }
  auto manifest = fromWire<CheckpointManifest>(file.payload().subspan(sizeof manifestVersion));
  if (file.next()) throw WireError(fmt::format("{} has more than a manifest", path));
  checkParts(directory, manifest);
  return manifest;
}

std::vector<CheckpointedPart> partsOf(const std::string& folder, std::size_t partitions) {
  std::vector<CheckpointedPart> parts;
  for (std::size_t p = 0; p < partitions; ++p) parts.push_back(partAt(checkpointPart(folder, p)));
  return parts;
}

void checkParts(const std::string& directory, const CheckpointManifest& manifest) {
  for (std::size_t i = 0; i < manifest.rdds.size(); ++i) {
    const std::vector<CheckpointedPart>& written = manifest.rdds[i].parts;
    for (std::size_t p = 0; p < written.size(); ++p) {
      const std::string path = checkpointPart(checkpointFolder(directory, i), p);
      const CheckpointedPart part = partAt(path);
      if (part == written[p]) continue;
      const std::string why = part.bytes == written[p].bytes
                                  ? std::string("its contents differ")
                                  : fmt::format("it has {} bytes, where {} were written", part.bytes, written[p].bytes);
      throw WireError(fmt::format("{} is not the file that was written: {}", path, why));
    }
  }
}

}  // namespace seltzer::detail
