using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>A job on several devices of which one was measured.</summary>
public sealed record DataParallelQuestion
{
    /// <summary>Devices, n.</summary>
    public required int Ranks { get; init; }

    /// <summary>Step time of one device on its share of the batch, without communication.</summary>
    public required StepTimeForecast Compute { get; init; }

    /// <summary>First layer first. Only the proportions of the times matter: they are scaled to <see cref="Compute"/>.</summary>
    public required ImmutableArray<LayerTime> Layers { get; init; }

    /// <summary>Whether all devices are on one machine: messages whose hierarchy is not planned then go in blocks.</summary>
    public bool IsLocal { get; init; }

    public ProcessorCosts Costs { get; init; } = new();

    internal void Validate()
    {
        if (Ranks < 1) throw new ArgumentException($"A job runs on {Ranks} devices; at least 1");
        if (!(Compute.MedianSeconds > 0)) throw new ArgumentException($"A step takes {Compute.MedianSeconds} s; more than 0");
        if (Layers.IsDefaultOrEmpty || !(Layers.Sum(l => l.Seconds) > 0))
            throw new ArgumentException("Layers are needed, with times above 0, to know when gradients are complete");
    }
}

/// <summary>What a step on several devices is predicted to take.</summary>
/// <param name="Step">The step with the interval of both posteriors.</param>
/// <param name="CommunicationSeconds">Communication and compression a step, hidden or not.</param>
/// <param name="HiddenSeconds">The part of it that overlaps with computing.</param>
/// <param name="BytesPerStep">Bytes of the messages a rank hands over in a step, on average.</param>
public sealed record DataParallelForecast(StepTimeForecast Step, double CommunicationSeconds, double HiddenSeconds, double BytesPerStep);
