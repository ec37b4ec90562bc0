"""The state of a study: a line per point, and the merged records."""

import json
from typing import List, Optional, Tuple

from .records import write_whole
from .slurm_jobs import Queue, ended_words, have_slurm, read_number
from .study import DIFFERS, Progress, Study
from .suite import Experiment, Point

Chosen = List[Tuple[Experiment, Point]]


def point_state(study: Study, experiment: Experiment, point: Point, progress: Progress,
                queue: Optional[Queue]) -> Tuple[str, str]:
    """One word, and details."""
    job = queue.find(study, experiment, point) if queue else None
    if progress.complete:
        return "complete", ""
    if job:
        return job.state.lower(), ""
    number = read_number(study, experiment, point)
    if progress.last_fault:
        return "failed", progress.last_fault.splitlines()[0]
    if number:
        log = study.point_file(experiment, point, f"{number}.log")
        if not queue:
            return "unknown", "squeue is not available here"
        return "ended", f"{ended_words(number)}; see {log}"
    return ("begun" if progress.runs else "missing"), ""


def print_status(study: Study, chosen: Chosen) -> None:
    """Prints one line per point."""
    submitted = any(read_number(study, experiment, point) for experiment, point in chosen)
    queue = Queue() if submitted and have_slurm() else None
    print(f"{'experiment':<24}{'point':>8}  {'state':<12}{'job':>8}{'runs':>8}{'median s':>12}")
    for experiment, point in chosen:
        study.check_definition(experiment)
        progress = study.progress(experiment)[point]
        state, more = point_state(study, experiment, point, progress, queue)
        job = queue.find(study, experiment, point) if queue else None
        number = job.number if job else read_number(study, experiment, point)
        median = progress.median_seconds
        print(f"{experiment.name:<24}{point.name:>8}  {state:<12}{number or '-':>8}"
              f"{f'{len(progress.good)}/{progress.wanted}':>8}{'-' if median is None else f'{median:.4f}':>12}"
              + (f"  {more}" if more else ""))


def collect_experiment(study: Study, experiment: Experiment, points: List[Point]) -> bool:
    """Writes the merged records, of all points. Returns whether the given ones are complete and their results equal;
    prints what is not."""
    study.check_definition(experiment)
    progress = study.progress(experiment)
    runs = [run for point in experiment.points for run in progress[point].runs]
    good = True
    for point in points:
        state = progress[point]
        if not state.complete:
            print(f"{experiment.name} {point.name}: MISSING {state.wanted - len(state.good)} of {state.wanted} runs"
                  + (f"; {state.last_fault.splitlines()[0]}" if state.last_fault else ""))
            good = False
        for run in state.runs:
            if run["fault"].startswith(DIFFERS):
                print(f"{experiment.name} {point.name}: DIFFERENT result of "
                      f"{'warm-up' if run['warmup'] else 'run'} {run['repeat'] + 1}: {run['fault'][len(DIFFERS):]}; "
                      f"remove {study.point_file(experiment, point, 'jsonl')} to run the point again")
                good = False
    if not runs:
        return False
    write_whole(study.merged_file(experiment), "".join(json.dumps(run) + "\n" for run in runs))
    counted = [run for run in runs if run["checked"] and not run["warmup"]]
    print(f"{study.merged_file(experiment)}: {len(counted)} runs of {len({(run['nodes'], run['ranks']) for run in runs})} points, "
          f"{sum(run['warmup'] for run in runs)} warm-ups, {sum(not run['checked'] for run in runs)} failed")
    commits = sorted({str(run["context"]["commit"]) for run in counted})
    if len(commits) > 1:
        print(f"{experiment.name}: the runs are of several commits: {', '.join(commits)}")
    return good


def collect(study: Study, chosen: Chosen) -> bool:
    good = True
    experiments = []
    for experiment, _ in chosen:
        if experiment not in experiments:
            experiments.append(experiment)
    for experiment in experiments:
        points = [point for of, point in chosen if of == experiment]
        good = collect_experiment(study, experiment, points) and good
    return good
