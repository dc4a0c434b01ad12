namespace AutoSelect.Providers;

/// <summary>Asks for one device.</summary>
/// <param name="Label">Its name in the scheduler.</param>
/// <param name="Class">What is asked for.</param>
/// <param name="AtMost">For how long from its start, above 0; the scheduler ends it then.</param>
public sealed record DeviceRequest(BorrowLabel Label, DeviceClass Class, TimeSpan AtMost)
{
    public TimeSpan AtMost { get; } = AtMost > TimeSpan.Zero ? AtMost
        : throw new ArgumentOutOfRangeException(nameof(AtMost), AtMost, "A device must be asked for a time above 0.");
}
