namespace AutoSelect.Jobs.Replay;

/// <summary>When a simulated device is there to be leased; what runs on it when it goes is lost. Seconds of the job's clock.</summary>
/// <param name="From">When it comes; default from the start.</param>
/// <param name="Until">When it goes for good; default never.</param>
public sealed record SimulatedPresence(double From = 0, double Until = double.PositiveInfinity)
{
    /// <summary>True while it is there.</summary>
    public bool Has(double now) => now >= From && now < Until;
}
