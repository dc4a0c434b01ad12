namespace AutoSelect.Selection.Policies;

/// <summary>Figures as they stand in reasons and summaries.</summary>
internal static class Text
{
    public static string Seconds(double seconds) => double.IsFinite(seconds) ? seconds switch
    {
        < 10 => $"{seconds:0.#} s",
        < 600 => $"{seconds:0} s",
        < 36000 => $"{seconds / 60:0} min",
        _ => $"{seconds / 3600:0.#} h",
    } : "no time limit";

    /// <summary>Time of one step.</summary>
    public static string StepTime(double seconds) => seconds < 1 ? $"{seconds * 1e3:G3} ms" : $"{seconds:G3} s";

    public static string Devices(int count) => count == 1 ? "1 device" : $"{count} devices";

    public static string Percent(double share) => share is > 0 and < 0.01 ? $"{share:0.0 %}" : $"{share:0 %}";

    public static string Value(double value) => double.IsFinite(value) ? $"{value:G4}" : "unknown";

    /// <summary>A regret or a cost in the objective's unit.</summary>
    public static string Amount(double amount, string unit) => unit == "s" ? Seconds(amount) : $"{amount:G3} {unit}";

    public static string Trials(int count) => count == 1 ? "1 trial" : $"{count} trials";
}
