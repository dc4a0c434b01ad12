using System.Globalization;

namespace AutoSelect.Contracts;

/// <summary>
/// How the ranks of a candidate communicate: a kind, and its parameter where it has one. Written as one word, such as fp16, powersgd-4 or
/// diloco-100.
/// </summary>
/// <param name="Kind">What is sent.</param>
/// <param name="Parameter">
/// Rank of PowerSGD, percentage of top-k, steps between exchanges of local SGD and DiLoCo; 0 for the others.
/// </param>
public readonly record struct GradientCommunication(CommunicationKind Kind, double Parameter = 0)
{
    private static readonly (string Word, CommunicationKind Kind, string Parameter, double Most)[] kinds =
    [
        ("none", CommunicationKind.None, "", 0),
        ("fp32", CommunicationKind.Fp32, "", 0),
        ("fp16", CommunicationKind.Fp16, "", 0),
        ("bf16", CommunicationKind.Bf16, "", 0),
        ("fp8-e4m3", CommunicationKind.Fp8E4M3, "", 0),
        ("fp8-e5m2", CommunicationKind.Fp8E5M2, "", 0),
        ("powersgd", CommunicationKind.PowerSgd, "rank", 1024),
        ("topk", CommunicationKind.TopK, "percentage", 100),
        ("local-sgd", CommunicationKind.LocalSgd, "steps", 1e6),
        ("diloco", CommunicationKind.DiLoCo, "steps", 1e6),
        ("async", CommunicationKind.Asynchronous, "", 0),
        ("async-predicted", CommunicationKind.AsynchronousPredicted, "", 0),
    ];

    /// <summary>Every word there is, with the parameter's name where one follows: "powersgd-&lt;rank&gt;".</summary>
    public static IEnumerable<string> Words => kinds.Select(k => k.Parameter.Length == 0 ? k.Word : $"{k.Word}-<{k.Parameter}>");

    /// <summary>True where ranks train on their own between exchanges of weights.</summary>
    public bool IsLocal => Kind is CommunicationKind.LocalSgd or CommunicationKind.DiLoCo;

    /// <summary>True where ranks compute gradients without waiting for the updates that others lead to.</summary>
    public bool IsAsynchronous => Kind is CommunicationKind.Asynchronous or CommunicationKind.AsynchronousPredicted;

    /// <summary>Reads one word.</summary>
    /// <exception cref="FormatException">
    /// There is no such word, or its parameter breaks its rule; the message gives value and rule.
    /// </exception>
    public static GradientCommunication Parse(string text)
    {
        foreach (var (word, kind, parameter, most) in kinds)
        {
            if (parameter.Length == 0)
            {
                if (text == word) return new(kind);
                continue;
            }
            if (!text.StartsWith($"{word}-", StringComparison.Ordinal)) continue;
            var whole = kind != CommunicationKind.TopK;
            if (double.TryParse(text.AsSpan(word.Length + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && value > 0 && value <= most && (!whole || value == Math.Floor(value)))
                return new(kind, value);
            throw new FormatException(
                $"communication is '{text}': the {parameter} after '{word}-' must be {(whole ? "a whole number" : "a number")} above 0 and "
                + $"at most {most.ToString(CultureInfo.InvariantCulture)}.");
        }
        throw new FormatException($"communication is '{text}': it must be one of {string.Join(", ", Words)}.");
    }

    public override string ToString()
    {
        var (kind, parameter) = (Kind, Parameter);
        var known = kinds.Single(k => k.Kind == kind);
        return known.Parameter.Length == 0 ? known.Word : $"{known.Word}-{parameter.ToString(CultureInfo.InvariantCulture)}";
    }
}
