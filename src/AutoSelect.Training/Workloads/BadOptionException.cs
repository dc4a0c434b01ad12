namespace AutoSelect.Training.Workloads;

/// <summary>An option of a workload that cannot be used, for its value or for what lies in the file that it names.</summary>
/// <param name="option">The option's name.</param>
/// <param name="message">Value and rule, and the file where there is one.</param>
/// <param name="inner">What it was noticed by.</param>
public sealed class BadOptionException(string option, string message, Exception? inner = null) : ArgumentException(message, inner)
{
    /// <summary>The option's name.</summary>
    public string Option => option;
}
