namespace AutoSelect.Training.Checkpoints;

/// <summary>A checkpoint that is missing, or is not what was written: the environment's fault and no candidate's.</summary>
public sealed class UnusableCheckpointException(string message, Exception? inner = null) : Exception(message, inner);
