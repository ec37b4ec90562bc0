#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <seltzer/detail/api/checkpoint_store.hpp>
#include <seltzer/detail/api/derive.hpp>
#include <seltzer/detail/api/function_checks.hpp>
#include <seltzer/detail/api/save.hpp>
#include <seltzer/detail/api/storage.hpp>
#include <seltzer/detail/operators/source/checkpoint_rdd.hpp>
#include <seltzer/detail/operators/stored_partitions.hpp>
#include <seltzer/detail/operators/written_partitions.hpp>

namespace seltzer {

namespace detail {

/// The type of keys that a partitioner in a checkpoint has.
enum class PartitionedBy : std::uint8_t { key, element };

/// The partitioner of an RDD for a checkpoint; empty if there is none.
template <class T>
Bytes encodePartitioner(const RDD<T>& rdd) {
  const auto partitioner = rdd.partitioner();
  if (!partitioner || !partitioner->isSettled()) return {};
  const auto encodeAs = [&partitioner](PartitionedBy by) {
    Bytes bytes = toWire(by);
    WireWriter(bytes) << partitioner->encode();
    return bytes;
  };
  if constexpr (isPair<T>) {
    if (dynamic_cast<const KeyPartitioner<KeyOf<T>>*>(partitioner.get()) != nullptr)
      return encodeAs(PartitionedBy::key);
  }
  if (dynamic_cast<const KeyPartitioner<Owned<T>>*>(partitioner.get()) != nullptr) {
    return encodeAs(PartitionedBy::element);
  }
  return {};
}

template <class T>
std::shared_ptr<const Partitioner> decodePartitioner(ByteView encoded) {
  if (encoded.empty()) return nullptr;
  WireReader reader(encoded);
  [[maybe_unused]] const auto by = reader.read<PartitionedBy>();
  const Bytes partitioner = reader.read<Bytes>();
  if constexpr (isPair<T>) {
    if (by == PartitionedBy::key) return KeyPartitioner<KeyOf<T>>::decode(partitioner);
  }
  return KeyPartitioner<Owned<T>>::decode(partitioner);
}

/// Writes the partitions of an RDD into folder `index` of a checkpoint.
template <class T>
CheckpointedRDD writeCheckpointParts(const RDD<T>& rdd, std::string_view operation, const CallSite& where,
                                     const std::string& path, std::size_t index) {
  const auto type = ObjectTypeTag::of<Owned<T>>();
  CheckpointedRDD saved{type.name, type.fingerprint, {}, {}};
  const std::string folder = checkpointFolder(path, index);
  saveJob<ObjectFormat<T>>(rdd, operation, where, folder, Codec::none);
  saved.parts = partsOf(folder, rdd.getNumPartitions());
  saved.partitioner = encodePartitioner(rdd);
  return saved;
}

/// Has an RDD read folder `index` of a checkpoint from now on and forget its parents.
template <class T>
void readFromCheckpoint(Context& context, const std::shared_ptr<Lineage>& lineage,
                        const std::shared_ptr<CheckpointFiles>& files, std::size_t index) {
  using Op = CheckpointRDD<T>;
  context.jobs().replaceOperator(*lineage, Op::kind, Registered<OperatorBase, Op>::id,
                                 Op::Parameters::encode(checkpointFolder(files->path, index)));
  lineage->checkpoint = files;
  lineage->isLocalCheckpoint = false;
}

/// Computes and writes the partitions that jobs have not written to the RDD's checkpoint folder yet.
template <class T>
CheckpointedRDD completeCheckpointParts(const RDD<T>& rdd, const std::string& folder) {
  using Write = WritePartitions<T>;
  const auto type = ObjectTypeTag::of<Owned<T>>();
  CheckpointedRDD saved{type.name, type.fingerprint, {}, encodePartitioner(rdd)};
  rdd.context().jobs().run(requestOf<Write>(rdd, "checkpoint", rdd.lineage()->where), [](const JobResult&) {});
  saved.parts = partsOf(folder, rdd.getNumPartitions());
  OutputDirectory::at(folder).removeTemporary();
  return saved;
}

template <class T>
void writeCheckpoint(Context& context, const std::shared_ptr<Lineage>& lineage, const std::string& path) {
  CheckpointStore& store = context.checkpoints();
  const RDD<T> rdd(context, lineage);
  std::vector<CheckpointedRDD> rdds;
  if (rdd.isCached()) {
    store.clear(path);
    rdds.push_back(writeCheckpointParts(rdd, "checkpoint", lineage->where, path, 0));
  } else {
    rdds.push_back(completeCheckpointParts(rdd, lineage->checkpointFolder));
  }
  const auto files = store.complete(path, std::move(rdds), lineage->where);
  lineage->checkpointFolder.clear();
  readFromCheckpoint<T>(context, lineage, files, 0);
}

template <class T>
void completeLocalCheckpoint(Context& context, const std::shared_ptr<Lineage>& lineage) {
  using Op = CheckpointRDD<T>;
  const RDD<T> rdd(context, lineage);
  if (!rdd.isCached()) return;  // unpersisted meanwhile
  context.jobs().setLevel(*lineage, lasting(lineage->level));
  exactJob<Counting<T>>(rdd, "localCheckpoint", lineage->where);  // stores what is not stored yet
  context.jobs().replaceOperator(*lineage, Op::kind, Registered<OperatorBase, Op>::id,
                                 Op::Parameters::encode(std::string()));
  lineage->isLocalCheckpoint = true;
}

/// An RDD or several, as `checkpointed` takes them.
template <class R>
struct CheckpointedTypes {
  static constexpr bool areRDDs = false;
};
template <class... Ts>
struct CheckpointedTypes<std::tuple<RDD<Ts>...>> {
  static constexpr bool areRDDs = sizeof...(Ts) > 0;
  static constexpr bool travel = (travels<Owned<Ts>> && ...);

  static std::vector<ObjectTypeTag> tags() { return {ObjectTypeTag::of<Owned<Ts>>()...}; }
};

/// A new RDD that reads folder `index` of a checkpoint.
template <class T>
RDD<T> checkpointedRDD(Context& context, const CheckpointStore::Found& found, std::size_t index,
                       const CallSite& where) {
  const CheckpointedRDD& saved = found.manifest.rdds[index];
  auto rdd = newSource<CheckpointRDD<T>>(context, "checkpointed", where, saved.parts.size(),
                                         checkpointFolder(found.files->path, index));
  rdd.lineage()->partitioner = decodePartitioner<T>(saved.partitioner);
  rdd.lineage()->checkpoint = found.files;
  return rdd;
}

template <class... Ts, std::size_t... I>
std::tuple<RDD<Ts>...> checkpointedRDDs(std::tuple<RDD<Ts>...>*, Context& context, const CheckpointStore::Found& found,
                                        const CallSite& where, std::index_sequence<I...>) {
  return {checkpointedRDD<Ts>(context, found, I, where)...};
}

template <class... Ts, std::size_t... I>
void writeCheckpoints(Context& context, const std::tuple<RDD<Ts>...>& rdds, const std::string& name,
                      const CallSite& where, std::index_sequence<I...>) {
  CheckpointStore& store = context.checkpoints();
  const std::string path = store.newPath(name, where);
  std::shared_ptr<CheckpointFiles> files;
  try {
    std::vector<CheckpointedRDD> saved;
    (saved.push_back(writeCheckpointParts(std::get<I>(rdds), "checkpointed", where, path, I)), ...);
    files = store.complete(path, std::move(saved), where, name);
  } catch (...) {
    store.clear(path);
    throw;
  }
  (readFromCheckpoint<Ts>(context, std::get<I>(rdds).lineage(), files, I), ...);
  context.jobs().throwAtTimeLimit(messagePrefix("checkpointed", where) + "stopped after this checkpoint");
}

template <class T>
std::tuple<RDD<T>> asTuple(RDD<T> rdd) {
  return {std::move(rdd)};
}
template <class... Ts>
std::tuple<Ts...> asTuple(std::tuple<Ts...> rdds) {
  return rdds;
}
template <class A, class B>
std::tuple<A, B> asTuple(std::pair<A, B> rdds) {
  return {std::move(rdds.first), std::move(rdds.second)};
}

/// The other way round.
template <class R, class Tuple>
R fromTuple(Tuple rdds) {
  if constexpr (std::tuple_size_v<Tuple> == 1 && std::is_same_v<R, std::tuple_element_t<0, Tuple>>) {
    return std::get<0>(std::move(rdds));
  } else if constexpr (std::is_constructible_v<R, Tuple>) {
    return R(std::move(rdds));
  } else {
    return R(std::get<0>(std::move(rdds)), std::get<1>(std::move(rdds)));
  }
}

}  // namespace detail

template <class T>
void RDD<T>::checkpoint(CallSite where) const {
  static_assert(detail::travels<Owned<T>>,
                "checkpoint: the elements cannot be written; give their type a Boost.Serialization `serialize` and a "
                "default constructor");
  context_->jobs().requireIdle("checkpoint", where);
  context_->checkpoints().requireDirectory("checkpoint", where);
  if (lineage_->checkpoint || !lineage_->checkpointFolder.empty()) return;
  if constexpr (detail::travels<Owned<T>>) {
    const std::string path = context_->checkpoints().newPath(lineage_->id);
    lineage_->checkpointFolder = detail::checkpointFolder(path, 0);
    if (!isCached()) {
      lineage_->storage = detail::WrittenPartitions<T>::type();
      context_->jobs().setLevel(*lineage_, StorageLevel::NONE);
    }
    lineage_->mark([context = context_, path](const std::shared_ptr<detail::Lineage>& lineage) {
      detail::writeCheckpoint<T>(*context, lineage, path);
    });
  }
}

template <class T>
void RDD<T>::localCheckpoint(CallSite where) const {
  static_assert(detail::travels<Owned<T>>,
                "localCheckpoint: the elements cannot travel to other ranks; give their type a Boost.Serialization "
                "`serialize` and a default constructor");
  context_->jobs().requireIdle("localCheckpoint", where);
  if (isCheckpointed()) return;
  if constexpr (detail::travels<Owned<T>>) {
    lineage_->storage = detail::StoredPartitions<T>::type();
    lineage_->checkpointFolder.clear();
    context_->jobs().setLevel(*lineage_, detail::lasting(lineage_->level));
    lineage_->mark([context = context_](const std::shared_ptr<detail::Lineage>& lineage) {
      detail::completeLocalCheckpoint<T>(*context, lineage);
    });
  }
}

template <class F>
auto Context::checkpointed(const std::string& name, F&& f, CallSite where) {
  using R = std::remove_cvref_t<std::invoke_result_t<F&>>;
  SELTZER_CHECK((requires(R rdds) { detail::asTuple(std::move(rdds)); }),
                "checkpointed: the function must return an RDD, or a pair or tuple of RDDs") {
    using Tuple = decltype(detail::asTuple(std::declval<R>()));
    using Types = detail::CheckpointedTypes<Tuple>;
    SELTZER_CHECK(Types::areRDDs, "checkpointed: the function must return an RDD, or a pair or tuple of RDDs") {
      SELTZER_CHECK(Types::travel,
                    "checkpointed: the elements cannot be written; give their type a Boost.Serialization `serialize` "
                    "and a default constructor") {
        constexpr auto indices = std::make_index_sequence<std::tuple_size_v<Tuple>>();
        jobs().requireIdle("checkpointed", where);
        jobs().endAtCheckpoints();
        if (const auto found = checkpoints().restore(name, Types::tags(), where)) {
          return detail::fromTuple<R>(
              detail::checkpointedRDDs(static_cast<Tuple*>(nullptr), *this, *found, where, indices));
        }
        auto rdds = detail::asTuple(R(f()));
        detail::writeCheckpoints(*this, rdds, name, where, indices);
        return detail::fromTuple<R>(std::move(rdds));
      }
    }
  }
}

template <class T>
requires(!detail::isAccumulator<T>) void Context::remember(const std::string& name, T& variable, CallSite where) {
  static_assert(detail::travels<T>,
                "remember: the value cannot be written; give its type a Boost.Serialization `serialize` and a default "
                "constructor");
  jobs().requireIdle("remember", where);
  if constexpr (detail::travels<T>) {
    const auto type = detail::ObjectTypeTag::of<T>();
    if (const auto* saved = checkpoints().remembered(name, type, where)) {
      variable = detail::fromWire<T>(saved->value);
    }
    checkpoints().remember(name, type, [&variable] { return detail::toWire(std::as_const(variable)); });
  }
}

template <class T>
void Context::remember(const std::string& name, const Accumulator<T>& accumulator, CallSite where) {
  jobs().requireIdle("remember", where);
  const auto type = detail::ObjectTypeTag::of<T>();
  if (const auto* saved = checkpoints().remembered(name, type, where)) {
    accumulator.setValue(detail::fromWire<T>(saved->value));
  }
  checkpoints().remember(name, type, [accumulator] { return detail::toWire(accumulator.value()); });
}

}  // namespace seltzer
