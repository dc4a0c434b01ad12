using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Runs;

namespace AutoSelect.Chaos.Load;

/// <summary>What a load is to be.</summary>
internal sealed record LoadOptions
{
    /// <summary>Jobs that run at once.</summary>
    public int Jobs { get; init; } = 1000;

    /// <summary>Candidates of each.</summary>
    public int Candidates { get; init; } = 10;

    /// <summary>Simulated devices that report, each as soon as it is answered.</summary>
    public int Devices { get; init; } = 64;

    /// <summary>Seconds of each measurement.</summary>
    public double Seconds { get; init; } = 20;
    public required ChaosPaths Paths { get; init; }

    public static LoadOptions Parse(string[] words)
    {
        var arguments = new Arguments(words);
        return new LoadOptions
        {
            Jobs = arguments.Integer("jobs", 1000, least: 1),
            Candidates = arguments.Integer("candidates", 10, least: 1),
            Devices = arguments.Integer("devices", 64, least: 1),
            Seconds = arguments.Number("seconds", 20),
            Paths = new ChaosPaths(Path.GetFullPath(arguments.Required("results"))),
        };
    }
}
