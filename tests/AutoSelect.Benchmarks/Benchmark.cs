namespace AutoSelect.Benchmarks;

/// <summary>
/// A measurement run from the command line. To add one, add a class with a parameterless constructor in a file of its own.
/// </summary>
internal abstract class Benchmark
{
    /// <summary>First argument that selects it.</summary>
    public abstract string Name { get; }

    /// <summary>One line for the list.</summary>
    public abstract string Summary { get; }

    /// <summary>Measures and prints.</summary>
    /// <param name="arguments">Arguments after the name.</param>
    /// <returns>Exit code; not 0 when a figure misses its target.</returns>
    public abstract int Run(string[] arguments);
}
