#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

#include <seltzer/detail/data/wire/reader.hpp>
#include <seltzer/detail/data/wire/writer.hpp>
#include <seltzer/detail/functions/registry.hpp>
#include <seltzer/detail/net/bytes.hpp>
#include <seltzer/detail/net/unique_pointer.hpp>

namespace seltzer::detail {

/// An accumulator as it is sent to the ranks, once.
struct AccumulatorDescription {
  std::uint32_t id = 0;
  TypeId type = 0;
  Bytes parameters;
  std::string name;  ///< empty if it has none

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& id& type& parameters& name;
  }
};

/// An accumulator on a rank: what the running task added, and on the driver also the total.
class AccumulatorBase {
 public:
  using Factory = UniquePointer<AccumulatorBase> (*)(WireReader& parameters);

  AccumulatorBase() = default;
  AccumulatorBase(const AccumulatorBase&) = delete;
  AccumulatorBase& operator=(const AccumulatorBase&) = delete;
  virtual ~AccumulatorBase() = default;

  /// Writes what the task added.
  virtual void write(WireWriter& writer) const = 0;
  /// Forgets what the task added.
  virtual void reset() = 0;

  /// Driver: merges a task's value into what the running job added; the total does not change until `commit`. Throws
  /// what the user's functions throw.
  virtual void merge(WireReader& reader) = 0;
  /// Driver: the job succeeded; adds its contribution to the total. Throws std::bad_alloc, and then the total is wrong.
  virtual void commit() = 0;
  /// Driver: the job failed; drops its contribution.
  virtual void discard() noexcept = 0;

  /// Driver: the total, for the statistics.
  virtual std::string text() const = 0;

  template <class A>
  static UniquePointer<AccumulatorBase> build(WireReader& parameters) {
    return A::Parameters::template make<AccumulatorBase, A>(parameters);
  }

 private:
  friend class AccumulatorTable;
  bool touched_ = false;
};

/// The accumulators of this rank, and which of them the running task touched.
class AccumulatorTable {
 public:
  AccumulatorTable();
  ~AccumulatorTable();

  /// Registers an accumulator; it is built at its first use.
  void add(AccumulatorDescription description);

  /// The accumulator, built if necessary, which may throw what the user's functions throw. Throws std::logic_error for
  /// an unknown id.
  AccumulatorBase& at(std::uint32_t id);

  /// Empty if it has none. Throws std::logic_error for an unknown id.
  const std::string& nameOf(std::uint32_t id) const;

  /// Marks an accumulator as holding a value of the running task.
  void touch(std::uint32_t id, AccumulatorBase& accumulator) {
    if (!accumulator.touched_) addTouched(id, accumulator);
  }

  /// Driver: between `beginJob` and `endJob`, additions outside tasks count once the job has succeeded.
  void beginJob() { inJob_ = true; }
  bool inJob() const { return inJob_; }
  void expectCommit(std::uint32_t id);
  /// Throws std::bad_alloc if the job succeeded and memory runs out; then totals are wrong.
  void endJob(bool succeeded);

  /// While a stage runs on this rank, additions outside tasks do not count: the calls of a sort's key function to
  /// choose splitters, for example, depend on the number of ranks.
  class StageScope {
   public:
    explicit StageScope(AccumulatorTable& table) : table_(table) { table_.inStage_ = true; }
    ~StageScope() { table_.inStage_ = false; }
    StageScope(const StageScope&) = delete;
    StageScope& operator=(const StageScope&) = delete;

   private:
    AccumulatorTable& table_;
  };
  bool inStage() const { return inStage_; }

  /// Calls `take(id, accumulator)` for every touched accumulator and resets it.
  void drain(const std::function<void(std::uint32_t, AccumulatorBase&)>& take);

 private:
  void addTouched(std::uint32_t id, AccumulatorBase& accumulator);

  struct State;

  UniquePointer<State> state_;
  bool inJob_ = false;
  bool inStage_ = false;
};

}  // namespace seltzer::detail
