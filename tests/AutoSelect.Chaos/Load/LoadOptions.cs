using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Runs;

namespace AutoSelect.Chaos.Load;

/// <summary>What a load is to be.</summary>
internal sealed record LoadOptions
{
    public required int Silos { get; init; }

    /// <summary>Jobs that run at once.</summary>
    public required int Jobs { get; init; }

    /// <summary>Candidates of each.</summary>
    public required int Candidates { get; init; }

    /// <summary>Simulated devices that report, each as soon as it is answered.</summary>
    public required int Devices { get; init; }

    /// <summary>Who follow the events of a job each, and who list jobs, one of them a silo.</summary>
    public required int Watchers { get; init; }

    /// <summary>Seconds of each measurement.</summary>
    public required double Seconds { get; init; }

    /// <summary>Of the draw of who speaks to which silo and who follows which job.</summary>
    public required int Seed { get; init; }
    public required ChaosPaths Paths { get; init; }

    public static LoadOptions Parse(string[] words)
    {
        var arguments = new Arguments(words);
        return new LoadOptions
        {
            Silos = arguments.Integer("silos", 3, least: 1),
            Jobs = arguments.Integer("jobs", 1000, least: 1),
            Candidates = arguments.Integer("candidates", 10, least: 1),
            Devices = arguments.Integer("devices", 64, least: 1),
            Watchers = arguments.Integer("watchers", 30, least: 1),
            Seconds = arguments.Number("seconds", 20),
            Seed = arguments.Integer("seed", 1),
            Paths = RunOptions.PathsIn(arguments),
        };
    }
}
