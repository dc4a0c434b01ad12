namespace AutoSelect.Selection.Policies.Regret;

/// <summary>
/// The default policy: goes on with a portfolio of trials as long as the expected regret of committing to the front-runner is
/// larger than the price of one more rung and the probe budget lasts, then commits, and watches the committed run against the
/// forecast it was chosen on. docs/how-it-decides.md has the mathematics.
/// </summary>
public sealed class RegretPolicy : ISelectionPolicy
{
    private readonly RegretSettings settings;

    public RegretPolicy() : this(RegretSettings.Default) { }

    internal RegretPolicy(RegretSettings settings) => this.settings = settings;

    /// <inheritdoc/>
    public string Name => "regret";

    /// <inheritdoc/>
    public int Version => 4;

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var job = JobOutlook.FromInput(input);
        if (input.Commit is { } commit)
            return new WatchRung(job.IsExhausted ? JobOutlook.FromInput(input, withWaiting: true) : job, settings, commit).Decide();
        // Without a single measurement there is nothing to compare: at the start, and when every device was lost since.
        return job.Front is null || job.IsExhausted ? new OpeningRung(input, settings).Decide() : new ProbeRung(job, settings).Decide();
    }
}
