using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>A study of Optuna as its storage keeps it.</summary>
/// <param name="Directions">One per objective; null where it is not set.</param>
/// <param name="Trials">In the order of their numbers.</param>
public sealed record OptunaStudy(string Name, IReadOnlyList<Direction?> Directions, IReadOnlyList<OptunaTrial> Trials);

/// <summary>What an Optuna storage holds.</summary>
public sealed record OptunaStorage(IReadOnlyList<OptunaStudy> Studies)
{
    public IReadOnlyList<ImportNotice> Notices { get; init; } = [];
}
