#include "net/program_identity.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <vector>

#include <elf.h>
#include <link.h>
#include <xxhash.h>

namespace seltzer::detail {

namespace {

using ExecutableId = decltype(ProgramIdentity::executable);

std::size_t padded(std::size_t size) {
  return (size + 3) / 4 * 4;
}

/// Looks for the build id among the notes of one segment.
bool readBuildId(ByteView notes, ExecutableId& id) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes.data(), sizeof header);
    notes = notes.subspan(sizeof header);
    const std::size_t nameSize = padded(header.n_namesz);
    const std::size_t size = padded(header.n_descsz);
    if (nameSize > notes.size() || size > notes.size() - nameSize) return false;
    const bool isGnu =
        header.n_namesz == sizeof ELF_NOTE_GNU && std::memcmp(notes.data(), ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0;
    if (header.n_type == NT_GNU_BUILD_ID && isGnu && header.n_descsz > 0) {
      std::memcpy(id.data(), notes.data() + nameSize, std::min<std::size_t>(header.n_descsz, id.size()));
      return true;
    }
    notes = notes.subspan(nameSize + size);
  }
  return false;
}

/// For dl_iterate_phdr, which visits the executable first: 1 if it has a build id, 2 if not.
int readExecutableNotes(dl_phdr_info* info, std::size_t, void* id) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* begin = reinterpret_cast<const std::byte*>(info->dlpi_addr + segment.p_vaddr);
    if (readBuildId({begin, segment.p_memsz}, *static_cast<ExecutableId*>(id))) return 1;
  }
  return 2;
}

ExecutableId hashOfExecutable() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  XXH3_state_t* state = XXH3_createState();
  XXH3_128bits_reset(state);
  std::vector<char> block(std::size_t{1} << 20);
  while (file) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    XXH3_128bits_update(state, block.data(), static_cast<std::size_t>(file.gcount()));
  }
  XXH128_canonical_t digest;
  XXH128_canonicalFromHash(&digest, XXH3_128bits_digest(state));
  XXH3_freeState(state);
  ExecutableId id{};
  std::memcpy(id.data(), &digest, sizeof digest);
  return id;
}

std::string hex(const ExecutableId& id) {
  constexpr int shownBytes = 8;
  std::string text;
  for (int i = 0; i < shownBytes; ++i) {
    text += "0123456789abcdef"[id[static_cast<std::size_t>(i)] >> 4];
    text += "0123456789abcdef"[id[static_cast<std::size_t>(i)] & 15];
  }
  return text;
}

std::string difference(const ProgramIdentity& other, const ProgramIdentity& first) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (other.executable != first.executable) {
    add("another executable (" + hex(other.executable) + " and not " + hex(first.executable) + ")");
  }
  if (other.registrySize != first.registrySize) {
    add(std::to_string(other.registrySize) + " registered functions and not " + std::to_string(first.registrySize));
  }
  if (other.registryHash != first.registryHash) add("other registered functions");
  return text;
}

/// The value of the all-reduce: an identity, and whether all those merged into it are equal.
struct Unanimity {
  ProgramIdentity identity;
  std::uint64_t same = 1;
};

void mergeUnanimity(Unanimity& into, const Unanimity& from) {
  into.same &= from.same & static_cast<std::uint64_t>(into.identity == from.identity);
}

}  // namespace

ProgramIdentity programIdentity(std::uint64_t registrySize, std::uint64_t registryHash) {
  ProgramIdentity identity{{}, registrySize, registryHash};
  if (dl_iterate_phdr(&readExecutableNotes, &identity.executable) != 1) identity.executable = hashOfExecutable();
  return identity;
}

std::optional<std::string> describeDifferences(std::span<const ProgramIdentity> identities,
                                               std::span<const std::string> hosts) {
  constexpr int shownRanks = 8;
  std::string text;
  int different = 0;
  for (std::size_t rank = 1; rank < identities.size(); ++rank) {
    if (identities[rank] == identities[0] || ++different > shownRanks) continue;
    text += "\n  rank " + std::to_string(rank) + " on " + hosts[rank] + " has " +
            difference(identities[rank], identities[0]);
  }
  if (different == 0) return std::nullopt;
  if (different > shownRanks) text += "\n  and " + std::to_string(different - shownRanks) + " more ranks";
  return "not all ranks run the same program as rank 0 on " + hosts[0] +
         "; start one executable on all nodes, for instance from a shared file system:" + text;
}

void checkSameProgram(Communicator& communicator, const ProgramIdentity& mine) {
  // 1. Whether all are equal.
  Unanimity unanimity{mine, 1};
  communicator.allReduce(unanimity, mergeUnanimity);
  if (unanimity.same != 0) return;
  // 2. If not, which ranks differ.
  const auto gathered = communicator.allGather(std::as_bytes(std::span(&mine, 1)));
  std::vector<ProgramIdentity> identities(gathered.size());
  std::vector<std::string> hosts;
  for (std::size_t rank = 0; rank < gathered.size(); ++rank) {
    std::memcpy(&identities[rank], gathered[rank].data(), sizeof(ProgramIdentity));
    hosts.push_back(communicator.hostOf(static_cast<int>(rank)));
  }
  throw LaunchError(describeDifferences(identities, hosts).value_or("the ranks run different programs"),
                    communicator.rank() == 0);
}

}  // namespace seltzer::detail
