#include <seltzer/detail/operators/key_partitioner.hpp>

namespace seltzer::detail {

Bytes encodedHashPartitioning(TypeId type, std::uint64_t partitions) {
  Bytes bytes;
  WireWriter(bytes) << type << partitions;
  return bytes;
}

void writePartitioner(WireWriter& writer, const Partitioner* partitioner) {
  Bytes encoded;
  if (partitioner != nullptr && partitioner->isSettled()) encoded = partitioner->encode();
  writer << encoded;
}

ByteView readPartitioner(WireReader& reader) {
  return reader.readBytes(reader.readLength<Bytes>(1));
}

}  // namespace seltzer::detail
