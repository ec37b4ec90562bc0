#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <seltzer/context.hpp>
#include <seltzer/detail/api/npy.hpp>
#include <seltzer/errors.hpp>

#include "api/file_listing.hpp"

namespace seltzer::detail {
namespace {

constexpr std::string_view readOperation = "npyFile";
constexpr std::string_view saveOperation = "saveAsNpyFile";

/// How to read an array, such as "npyFile<double>".
std::string advice(const NpyHeader& header) {
  const std::string number = npyNumberName(header.type);
  if (number.empty()) return "which has no counterpart in C++; convert it with NumPy's astype";
  if (header.shape.size() == 1) return fmt::format("read it with npyFile<{}>", number);
  if (header.shape.size() == 2 && header.shape[1] == 0) return "whose rows are empty";
  if (header.shape.size() == 2) {
    return fmt::format("read it with npyFile<std::array<{}, {}>> or npyFile<std::vector<{}>>", number, header.shape[1],
                       number);
  }
  return "and only arrays of one dimension, or of two as rows, can be read; change its shape with NumPy's reshape";
}

void requireElements(const InputFile& file, const NpyHeader& header, const NpyElements& elements) {
  const bool fits = header.type == elements.type && header.shape.size() == elements.dimensions;
  const bool rowsFit = elements.dimensions == 1 ||
                       (fits && header.shape[1] != 0 && (elements.columns == 0 || elements.columns == header.shape[1]));
  if (fits && rowsFit) return;
  throw UsageError(fmt::format("{} has an array of {} of shape {}, {}", file.path, npyTypeName(header.type),
                               npyShapeText(header.shape), advice(header)));
}

/// Adds an array to the input. Afterwards the file's size is that of its rows.
void addArray(InputFile& file, const NpyElements& elements, NpyInput& arrays, std::vector<std::uint64_t>& offsets) {
  const NpyHeader header = readNpyHeader(file);
  requireElements(file, header, elements);
  const std::uint64_t columns = elements.dimensions == 1 ? 1 : header.shape[1];
  if (!offsets.empty() && columns != arrays.columns) {
    throw UsageError(fmt::format("{} has rows of {} numbers, and the files before it of {}; read them one by one",
                                 file.path, columns, arrays.columns));
  }
  arrays.columns = columns;
  arrays.swapped.push_back(header.swapped);
  offsets.push_back(header.dataOffset);
  file.size -= header.dataOffset;
}

NpyInput split(std::vector<InputFile> files, const NpyElements& elements, std::size_t atLeast) {
  NpyInput arrays;
  std::vector<std::uint64_t> offsets;
  for (InputFile& file : files) addArray(file, elements, arrays, offsets);
  arrays.input = splitByRanges(std::move(files), atLeast, arrays.columns * elements.type.size, false);
  for (FileSplit& split : arrays.input.splits) {
    split.begin += offsets[split.file];
    split.end += offsets[split.file];
  }
  for (std::size_t i = 0; i < offsets.size(); ++i) arrays.input.files[i].size += offsets[i];
  return arrays;
}

/// Calls a function of the files layer for `saveAsNpyFile`.
template <class Work>
auto saving(const CallSite& where, Work work) {
  try {
    return work();
  } catch (const UsageError& error) {
    throw UsageError(messagePrefix(saveOperation, where) + error.what());
  } catch (const OutputError& error) {
    throw OutputError(error.code(), messagePrefix(saveOperation, where) + error.doing());
  }
}

}  // namespace

void throwUnequalRows(std::size_t length, std::uint64_t before) {
  throw std::invalid_argument(
      fmt::format("the rows of an array must have one length: one has {} numbers, those before it {}", length, before));
}

void throwOtherRows(std::uint64_t counted) {
  throw std::runtime_error(
      fmt::format("this partition had {} elements when they were counted, and has another number now; let its "
                  "functions give the same elements each time, or persist it",
                  counted));
}

NpyInput splitNpyArrays(Context& context, const std::string& paths, const NpyElements& elements,
                        PartitionCount minPartitions, const CallSite& where) {
  const std::size_t atLeast = requirePartitions(minPartitions, context, readOperation, where);
  auto files = filesOf(context, readOperation, paths, where);
  try {
    return context.jobs().account(readOperation, where, Phase::plan,
                                  [&] { return split(std::move(files), elements, atLeast); });
  } catch (const std::exception& error) {
    throw UsageError(messagePrefix(readOperation, where) + error.what());
  }
}

SharedFile createNpyFile(const std::string& path, const CallSite& where) {
  return saving(where, [&] { return SharedFile::create(path); });
}

void writeNpyHeader(const SharedFile& file, const NpyElements& elements, NpyLayout& layout, const CallSite& where) {
  std::vector<std::uint64_t> shape = {layout.firstRows.back()};
  if (elements.dimensions == 2) shape.push_back(layout.columns);
  const std::string header = npyHeaderText(elements.type, shape);
  layout.dataOffset = header.size();
  try {
    RangeWriter writer = file.writeFrom(0);
    writer.append(std::as_bytes(std::span(header)));
    writer.finish();
  } catch (const std::system_error& error) {
    throw OutputError(error.code(), messagePrefix(saveOperation, where) + "writing the header of " + file.path());
  }
}

void commitNpyFile(const SharedFile& file, const CallSite& where) {
  saving(where, [&] { file.commit(); });
}

NpyLayout npyLayoutOf(const std::vector<NpyPartitionShape>& shapes, std::uint64_t columns, const CallSite& where) {
  NpyLayout layout;
  layout.columns = columns;
  layout.firstRows = {0};
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (shapes[i].rows > 0) {
      if (layout.columns == 0) layout.columns = shapes[i].columns;
      onDriver(saveOperation, where, i, [&] {
        if (shapes[i].columns != layout.columns) throwUnequalRows(shapes[i].columns, layout.columns);
      });
    }
    layout.firstRows.push_back(layout.firstRows.back() + shapes[i].rows);
  }
  return layout;
}

}  // namespace seltzer::detail
