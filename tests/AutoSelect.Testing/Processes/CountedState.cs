namespace AutoSelect.Testing.Processes;

/// <summary>The state of the programs that count steps for tests: a number that depends on all steps done.</summary>
public static class CountedState
{
    public static long After(long steps)
    {
        var state = 0L;
        for (var step = 1; step <= steps; step++) state = ((state * 31) + step) % 1_000_003;
        return state;
    }
}
