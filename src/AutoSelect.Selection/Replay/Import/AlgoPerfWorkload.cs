using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>A workload of the AlgoPerf benchmark and what counts as solving it.</summary>
/// <param name="Name">Workload or variant, such as wmt_post_ln.</param>
/// <param name="Family">Base workload, such as wmt.</param>
/// <param name="Metric">Metric on the validation set, without "validation/".</param>
/// <param name="Target">Validation value to reach.</param>
/// <param name="BudgetSeconds">Most seconds of training; null when unlimited.</param>
/// <param name="StepHint">Steps for which schedules are planned; null when not given.</param>
public sealed record AlgoPerfWorkload(
    string Name, string Family, string Metric, Direction Direction, double Target, double? BudgetSeconds, double? StepHint);
