namespace AutoSelect.Communication;

/// <summary>
/// Binds threads to processors. Ranks of one machine that wake each other are otherwise often drawn to the same processor.
/// </summary>
public static class ThreadAffinity
{
    /// <summary>Binds the calling thread, and threads it makes later, to one processor.</summary>
    /// <param name="processor">0 to <see cref="Environment.ProcessorCount"/> - 1.</param>
    /// <returns>Whether the system allowed it.</returns>
    public static bool TryPin(int processor)
    {
        Check(processor);
        return Native.Pin(processor);
    }

    internal static void Check(int processor)
    {
        if (processor < 0 || processor >= Environment.ProcessorCount)
            throw new ArgumentException($"There is no processor {processor}; there are 0 to {Environment.ProcessorCount - 1}.");
    }
}
