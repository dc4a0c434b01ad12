using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Workloads;
using TorchSharp;

namespace AutoSelect.Training.Segments;

/// <summary>A workload with its data on the device; shared by all trials of a job that one device trains.</summary>
internal sealed class LoadedWorkload : IDisposable
{
    private readonly WorkloadReference reference;

    public LoadedWorkload(
        WorkloadCatalogue catalogue, StrategyCatalogue strategies, WorkloadReference reference, string dataDirectory, torch.Device device)
    {
        this.reference = reference;
        Workload = catalogue.Create(reference);
        Strategies = strategies.With(catalogue.Strategies(reference));
        Setup = new WorkloadSetup { Options = reference.Options, DataDirectory = dataDirectory };
        Data = Workload.Load(Setup);
        if (device.type == DeviceType.CPU) return;
        Data.Training.To(device);
        Data.Validation.To(device);
        Data.Test?.To(device);
    }

    public Workload Workload { get; }

    /// <summary>What its candidates may name.</summary>
    public StrategyCatalogue Strategies { get; }

    public WorkloadSetup Setup { get; }

    public WorkloadData Data { get; }

    /// <summary>True when <paramref name="other"/> names the same workload with the same options.</summary>
    public bool Is(WorkloadReference other) =>
        reference.Name == other.Name && reference.Assembly == other.Assembly
            && reference.AssemblySha256 == other.AssemblySha256 && reference.Options.SequenceEqual(other.Options);

    public void Dispose() => Data.Dispose();
}
