namespace AutoSelect.Selection.Policies.Insured;

/// <summary>
/// The default policy: a race that is insured. The baseline trains on lane 0 from the start; challengers train on borrowed lanes, one after
/// another, as long as what they are expected to save exceeds the price of their devices; the first to arrive ends the job. A challenger
/// that will very probably arrive before the baseline becomes the incumbent. What is taken from the baseline is debited to an account. On
/// one device the account is all there is to spend. docs/how-it-decides.md has the mathematics.
/// </summary>
public sealed class InsuredPolicy : ISelectionPolicy
{
    internal const string CatalogueName = "insured";

    private readonly InsuredSettings settings;

    public InsuredPolicy() : this(InsuredSettings.Default) { }

    internal InsuredPolicy(InsuredSettings settings) => this.settings = settings;

    /// <inheritdoc/>
    public string Name => CatalogueName;

    /// <inheritdoc/>
    public DecisionTriggers Triggers => DecisionTriggers.FreeLane | DecisionTriggers.Leases;

    /// <inheritdoc/>
    public int Version => 6;

    /// <inheritdoc/>
    public bool InsuresBaseline => true;

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var race = Race.FromInput(input, settings);
        if (RaceEnd.Reason(race) is { } over) return End(race, over);
        return race is { IsInsured: true, Borrowed: <= 0 } ? new SingleLaneRace(race).Decide()
            : new LaneRace(race).Decide();
    }

    private static SelectionOutcome End(Race race, string why)
    {
        var decided = new RaceDecisions(race);
        foreach (var racer in race.Racers.Where(r => r.IsAlive && r.HasStepsLeft))
            decided.Rest(racer, isHopeless: false, $"trains no further: {why}");
        return decided.Outcome($"The race is over: {why}.", 1, null, null);
    }
}
