namespace AutoSelect.Providers;

/// <summary>
/// Names a control side among all that borrow from one scheduler, across its restarts: 1 to 16 lower-case letters and digits. Two that
/// run at once must not share one, or each would give back what the other borrowed.
/// </summary>
public readonly record struct ControlId
{
    public ControlId(string value) => Value = BorrowLabel.Checked(value, 16, "control id");

    public string Value { get; }

    public override string ToString() => Value;
}
