using System.Text.Json;
using AutoSelect.Communication;
using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Training.Ranks;

namespace AutoSelect.Device;

/// <summary>
/// Plans the exchange by the cost model, fitted to collectives that the group itself has measured. The first groups of a process measure;
/// later ones of the same size and kind of path use what is known.
/// </summary>
internal sealed class ExchangePlanner(ProcessGroup group, Dictionary<string, GroupMeasurement> known) : IExchangePlanner
{
    /// <summary>Seconds that measuring may take.</summary>
    private const double ProbeSeconds = .5;

    // Until a step is measured nothing is known of its spread.
    private const double LogStandardDeviation = .1;

    public PlannedExchange Choose(IReadOnlyList<LayerCost> layers, Candidate candidate, StrategyDescription strategy)
    {
        var measured = Measured();
        // Clocks differ between ranks, so one decides for all.
        var chosen = group.Rank == 0 ? JsonSerializer.SerializeToUtf8Bytes(Plan(measured, layers, candidate, strategy), RecordJson.Options)
            : [];
        return JsonSerializer.Deserialize<PlannedExchange>(FromLeader(chosen), RecordJson.Options)!;
    }

    private PlannedExchange Plan(
        GroupMeasurement measured, IReadOnlyList<LayerCost> layers, Candidate candidate, StrategyDescription strategy)
    {
        var communication = GradientCommunication.Parse(candidate.Communication);
        var collectives = CollectiveModel.Fit(measured);
        var question = new DataParallelQuestion
        {
            Ranks = group.Size,
            Compute = new StepTimeForecast(layers.Sum(l => l.ForwardSeconds + l.BackwardSeconds), LogStandardDeviation, 0),
            Layers = [.. layers.Select(l => new LayerTime(l.ForwardSeconds, l.BackwardSeconds, 0, l.Parameters, l.Rows))],
            IsLocal = measured.Local,
            Costs = ProcessorCosts.FromMeasurement(measured, collectives.TopologyOf(group.Size).ReductionSecondsPerByte),
        };
        var plan = RankPlanner.Choose(question,
            communication.Kind == CommunicationKind.None ? new(CommunicationKind.Fp32) : communication, collectives,
            RankPlanner.Permitted(strategy.Capabilities, candidate.Modifiers.ClipNorm is not null));
        return new PlannedExchange(plan.Plan, plan.Forecast.Step.MedianSeconds);
    }

    private GroupMeasurement Measured()
    {
        var key = $"{group.Size} {group.Description}";
        // All measure, or none.
        var missing = new[] { known.ContainsKey(key) ? 0f : 1 };
        group.AllReduce(missing);
        if (missing[0] > 0) known[key] = LinkProbe.Run(group, ProbeSeconds);
        return known[key];
    }

    private byte[] FromLeader(byte[] own)
    {
        var length = new[] { (float)own.Length };
        group.Broadcast(length, root: 0);
        var bytes = group.Rank == 0 ? own : new byte[(int)length[0]];
        group.Broadcast(bytes.AsSpan(), root: 0);
        return bytes;
    }
}
