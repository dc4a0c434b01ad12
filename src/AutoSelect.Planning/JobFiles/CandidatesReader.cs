using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Reads <c>candidates</c> and the keys that cross with them: batchSizes, points, epochs.</summary>
internal static class CandidatesReader
{
    private const string Rule = "it must be 'default' or a list of strategies";

    public static CandidateRequest Read(YamlSection root, long seed, Catalogue? catalogue) => Read(
        root, root["candidates"] is { } candidates ? Strategies(candidates, catalogue) : [],
        Epochs(root.Required("epochs", "give the length of a run in passes over the training data, such as 8")), seed);

    /// <summary>What joins a job while it runs; batch sizes and lengths that it does not name are those of the job's candidates.</summary>
    public static CandidateRequest ReadAddition(YamlSection root, JobSpec job, Catalogue? catalogue)
    {
        var candidates = root.Required("candidates", "name at least one strategy, such as [ sgd ]");
        if (candidates is { IsScalar: true } && candidates.Node.ToString() == "default")
            candidates.Refuse("it must be a list of strategies");
        var request = Read(
            root, candidates is null ? [] : Strategies(candidates, catalogue),
            root["epochs"] is { } epochs ? Epochs(epochs) : [.. job.Candidates.Select(c => c.Schedule.HorizonEpochs).Distinct()], job.Seed);
        return root["batchSizes"] is null ? request with { BatchSizes = [.. job.Candidates.Select(c => c.BatchSize).Distinct()] } : request;
    }

    private static CandidateRequest Read(
        YamlSection root, ImmutableArray<StrategyRequest> strategies, ImmutableArray<double> epochs, long seed) => new()
        {
            Strategies = strategies,
            BatchSizes = BatchSizes(root["batchSizes"]),
            Epochs = epochs,
            PointsPerStrategy = (int?)root["points"]?.Integer(0, 64) ?? 0,
            Seed = seed,
            Modifiers = ModifiersReader.Read(root["modifiers"]),
            Ranks = RanksReader.Read(root["ranks"], root["communication"]),
        };

    private static ImmutableArray<StrategyRequest> Strategies(YamlValue value, Catalogue? catalogue)
    {
        if (value.IsScalar)
        {
            if (value.Text() is not (null or "default")) value.Refuse(Rule);
            return [];
        }
        if (value.IsMapping)
        {
            value.Refuse(Rule);
            return [];
        }
        return [.. value.Items().Select(item => StrategyReader.Read(item, catalogue) ?? new StrategyRequest { Strategy = "" })];
    }

    public static ImmutableArray<int> BatchSizes(YamlValue? value) =>
        value is null ? [] : Distinct(value, item => (int?)item.Integer(1, int.MaxValue));

    private static ImmutableArray<double> Epochs(YamlValue? value) =>
        value is null ? [] : Distinct(value, item => item.Number("a number above 0 and up to 100000", e => e is > 0 and <= 100_000));

    /// <summary>The values of a list, each once.</summary>
    public static ImmutableArray<T> Distinct<T>(YamlValue value, Func<YamlValue, T?> read) where T : struct
    {
        var seen = ImmutableArray.CreateBuilder<T>();
        foreach (var item in value.Items())
        {
            if (read(item) is not { } number) continue;
            if (seen.Contains(number)) item.Refuse("it stands in the list already");
            else seen.Add(number);
        }
        return seen.ToImmutable();
    }
}
