namespace AutoSelect.Planning.Inspections;

/// <summary>An inspection was not possible for want of something that is no fault of the job: a device process, a data set, the network.
/// The message says what to do.</summary>
public sealed class InspectionFailedException(string message, Exception? inner = null) : Exception(message, inner);
