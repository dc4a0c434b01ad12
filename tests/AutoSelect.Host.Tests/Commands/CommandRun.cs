using AutoSelect.Contracts;
using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests;

/// <summary>One command run against a fake control side.</summary>
internal sealed class CommandRun : IDisposable
{
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    // Without a store of its own a command would write into the user's.
    public CommandRun() => Variables["HOME"] = Folder.Path;

    public TemporaryFolder Folder { get; } = new();
    public FakeControl Control { get; init; } = new();

    /// <summary>Reads stores; by default what the fake control side holds.</summary>
    public IJobArchive? Archive { get; init; }

    public Interruption Interruption { get; } = new(() => throw new InvalidOperationException("Exited at once."));
    public Dictionary<string, string> Variables { get; } = [];
    public List<string> OpenedFiles { get; } = [];
    public string Output => output.ToString();
    public string Error => error.ToString();

    public Task<int> Run(params string[] arguments) => new CommandTree(new Surroundings
    {
        Control = Control,
        Archive = Archive ?? Control,
        Catalogue = Control,
        Terminal = new Terminal { Output = output, Error = error },
        Interruption = Interruption,
        Variable = Variables.GetValueOrDefault,
        Open = path =>
        {
            OpenedFiles.Add(path);
            return true;
        },
    }).Run(arguments);

    /// <summary>Writes a job file and returns its path.</summary>
    public string JobFile(string text = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64]\nepochs: 5")
    {
        var path = Path.Combine(Folder.Path, "toy.yaml");
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A record whose folder can be written to.</summary>
    public JobRecord At(JobRecord record) => record with { Folder = Path.Combine(Folder.Path, "jobs", record.Id.Value) };

    /// <summary>A story whose folder can be written to.</summary>
    public SampleStory At(SampleStory story) => story.In(Path.Combine(Folder.Path, "jobs", story.Record.Id.Value));

    public void Dispose()
    {
        Interruption.Dispose();
        Folder.Dispose();
    }
}
