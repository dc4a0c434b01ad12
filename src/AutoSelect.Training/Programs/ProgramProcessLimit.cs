namespace AutoSelect.Training.Programs;

/// <summary>Watches how many processes and threads a program has.</summary>
/// <param name="process">Its first process.</param>
/// <param name="limit">How many it may have at once.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgramProcessLimit(ProgramProcess process, int limit, TimeProvider time)
{
    private readonly BackgroundLook<int> look = new(process.Count, time, TimeSpan.FromSeconds(.1));

    /// <summary>Looks from time to time; does not wait for it.</summary>
    /// <exception cref="ProtocolBrokenException">It has more.</exception>
    public void Check()
    {
        if (look.Next() is { } count && count > limit)
            throw new ProtocolBrokenException($"The program has {count} processes and threads: it may have {limit} (workload.processes).");
    }
}
