using System.Collections.Immutable;

namespace AutoSelect.Selection;

/// <summary>Finished learning curves of earlier jobs, from which a policy may learn before its own job has measured anything.</summary>
public sealed class SelectionHistory
{
    private SelectionHistory(ImmutableArray<RecordedCurve> curves) => Curves = curves;

    public static SelectionHistory Empty { get; } = new([]);

    public ImmutableArray<RecordedCurve> Curves { get; }

    public static SelectionHistory Of(IEnumerable<RecordedCurve> curves) => new([.. curves]);
}
