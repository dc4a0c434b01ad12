using System.Globalization;

namespace AutoSelect.Chaos.Runs;

/// <summary>Arguments of the form --name value.</summary>
internal sealed class Arguments(string[] words)
{
    public string? Text(string name)
    {
        var at = Array.IndexOf(words, "--" + name);
        return at < 0 ? null : at + 1 < words.Length ? words[at + 1] : throw new ArgumentException($"--{name} has no value.");
    }

    public string Required(string name) => Text(name) ?? throw new ArgumentException($"--{name} must be given.");

    public int Integer(string name, int otherwise, int least = 0)
    {
        if (Text(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least ? value
            : throw new ArgumentException($"--{name} is '{text}': it must be an integer of at least {least}.");
    }

    public double Number(string name, double otherwise)
    {
        if (Text(name) is not { } text) return otherwise;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 ? value
            : throw new ArgumentException($"--{name} is '{text}': it must be a number above 0.");
    }

    public bool Has(string name) => words.Contains("--" + name);
}

/// <summary>What a run is to be.</summary>
internal sealed record RunOptions
{
    public int Seed { get; init; } = 1;
    public int Faults { get; init; } = 500;

    /// <summary>Jobs of simulated devices.</summary>
    public int Jobs { get; init; } = 100;

    /// <summary>Jobs of real devices, which come before.</summary>
    public int RealJobs { get; init; } = 6;

    /// <summary>Time over which faults and jobs are spread.</summary>
    public double Minutes { get; init; } = 40;

    /// <summary>Time that jobs may take to end once all faults are made good.</summary>
    public double LongestEnd { get; init; } = 15;
    public required Cluster.ChaosPaths Paths { get; init; }
    public Cluster.ClusterOptions Cluster { get; init; } = new();

    /// <summary>Where a run keeps its things, and which build it runs, as its arguments say.</summary>
    public static Cluster.ChaosPaths PathsIn(Arguments arguments)
    {
        var paths = new Cluster.ChaosPaths(Path.GetFullPath(arguments.Required("results")));
        return arguments.Text("program") is { } program ? paths with { Program = Path.GetFullPath(program) } : paths;
    }

    public static RunOptions Parse(string[] words)
    {
        var arguments = new Arguments(words);
        var cluster = new Cluster.ClusterOptions();
        return new RunOptions
        {
            Seed = arguments.Integer("seed", 1),
            Faults = arguments.Integer("faults", 500),
            Jobs = arguments.Integer("jobs", 100),
            RealJobs = arguments.Integer("real-jobs", 6),
            Minutes = arguments.Number("minutes", 40),
            LongestEnd = arguments.Number("longest-end", 15),
            Paths = PathsIn(arguments),
            Cluster = cluster with
            {
                Silos = arguments.Integer("silos", cluster.Silos, least: 1),
                SimulatedDevices = arguments.Integer("devices", cluster.SimulatedDevices),
                RealDevices = arguments.Integer("real-devices", cluster.RealDevices),
                Zombies = arguments.Integer("zombies", cluster.Zombies),
                SecondsPerStep = arguments.Number("step", cluster.SecondsPerStep),
                WithNetwork = !arguments.Has("without-network"),
            },
        };
    }
}
