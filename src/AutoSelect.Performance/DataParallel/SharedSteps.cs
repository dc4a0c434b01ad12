using AutoSelect.Communication;
using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>
/// What a step of a candidate takes where n devices share its batch, from what it takes on others: T_n = compute(batch/n) + communication -
/// hidden.
/// </summary>
public sealed class SharedSteps
{
    /// <summary>Least share of a measured step that computing takes, where the links are believed to need more than the step did.</summary>
    private const double LeastComputing = 0.05;

    private const int Halvings = 20;

    private readonly RankForecast known;
    private readonly GroupMeasurement links;
    private readonly CollectiveModel collectives;
    private readonly ProcessorCosts costs;

    /// <exception cref="FormatException">The links are no measurement.</exception>
    /// <exception cref="ArgumentException">They are those of one rank.</exception>
    public SharedSteps(RankForecast known)
    {
        this.known = known;
        links = GroupMeasurement.Parse(known.Links);
        collectives = CollectiveModel.Fit(links);
        costs = ProcessorCosts.FromMeasurement(links, collectives.TopologyOf(links.Ranks).ReductionSecondsPerByte);
    }

    /// <summary>The path over which the links were measured.</summary>
    public string Transport => links.Collectives[0].Transport;

    /// <summary>Null where nothing is known.</summary>
    public static SharedSteps? FromForecast(RankForecast? known) => known is null ? null : new SharedSteps(known);

    /// <summary>The step on n devices, of which each computes its share of the batch in a known time.</summary>
    /// <param name="candidate">One of those known.</param>
    /// <param name="compute">Of one device on batch/n, without communication.</param>
    /// <param name="ranks">n.</param>
    public RankPlan Exchanging(Candidate candidate, StepTimeForecast compute, int ranks)
    {
        if (ranks == 1) return new(new ExchangePlan(), new DataParallelForecast(compute, 0, 0, 0));
        var share = new StepTimeQuestion
        {
            Strategy = candidate.Strategy,
            BatchSize = candidate.BatchSize / ranks,
            Precision = candidate.Precision,
            Device = known.Device,
        };
        var question = new DataParallelQuestion
        {
            Ranks = ranks,
            Compute = compute,
            Layers = LayerWork.Times(share, [.. known.Layers.Select(l => new LayerWork(l.Parameters, l.Rows, l.MultiplyAdds))]),
            IsLocal = links.Local,
            Costs = costs,
        };
        var most = known.Candidates[candidate.Name].Overlap;
        return RankPlanner.Choose(question, GradientCommunication.Parse(RankRules.OnRanks(candidate, ranks).Communication), collectives,
            Enum.GetValues<ExchangeOverlap>().Where(o => o <= most));
    }

    /// <summary>The step on some devices, from the one on others, measured or forecast; null where nothing is known of either.</summary>
    /// <param name="candidate">Whose.</param>
    /// <param name="step">On the devices it is known of, communication included.</param>
    /// <param name="from">These.</param>
    /// <param name="to">Those that are asked about.</param>
    public RankPlan? Carried(Candidate candidate, StepTimeForecast step, int from, int to)
    {
        if (!(step.MedianSeconds > 0) || known.Candidates.GetValueOrDefault(candidate.Name)?.ComputeRatios is not { } ratios) return null;
        if (!ratios.TryGetValue(from, out var before) || !ratios.TryGetValue(to, out var after)) return null;
        var computing = from == 1 ? step : step with { MedianSeconds = Computing(candidate, step, from) };
        return Exchanging(candidate, ShareOfBatch.Carried(computing, after / before, (double)to / from), to);
    }

    /// <summary>
    /// Of a step with communication, the time that was computing: by halving, since a step is no shorter for more computing.
    /// </summary>
    private double Computing(Candidate candidate, StepTimeForecast step, int ranks)
    {
        var (low, high) = (LeastComputing * step.MedianSeconds, step.MedianSeconds);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            if (Exchanging(candidate, step with { MedianSeconds = middle }, ranks).Forecast.Step.MedianSeconds > step.MedianSeconds)
                high = middle;
            else low = middle;
        }
        return (low + high) / 2;
    }
}
