namespace AutoSelect.Selection.Replay.Import;

/// <summary>States of an Optuna trial, with the numbers of its journal.</summary>
public enum OptunaState
{
    Running = 0,
    Complete = 1,
    Pruned = 2,
    Fail = 3,
    Waiting = 4,
}

/// <summary>A trial of Optuna while its storage is read.</summary>
public sealed class OptunaTrial(int number)
{
    public int Number { get; } = number;
    public OptunaState State { get; set; }
    public DateTime? Start { get; set; }
    public DateTime? Complete { get; set; }
    public Dictionary<string, OptunaParameter> Parameters { get; } = [];

    /// <summary>Reported values by step; may be not finite.</summary>
    public SortedDictionary<long, double> Values { get; } = [];

    /// <summary>The value and the rule it breaks, where the trial cannot be read.</summary>
    public string? Fault { get; set; }

    public bool IsFinished => State is OptunaState.Complete or OptunaState.Pruned or OptunaState.Fail;
}
