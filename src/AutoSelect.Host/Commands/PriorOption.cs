using System.CommandLine;

namespace AutoSelect.Host.Commands;

/// <summary><c>--prior shipped|none</c></summary>
internal static class PriorOption
{
    private const string Shipped = "shipped";

    public static Option<string> Create(bool isShipped)
    {
        var option = new Option<string>("--prior")
        {
            Description = "shipped: learn also from the recording that comes with AutoSelect (autoselect prior show), or none.",
            DefaultValueFactory = _ => isShipped ? Shipped : "none",
        };
        option.AcceptOnlyFromAmong(Shipped, "none");
        return option;
    }

    public static bool IsShipped(this ParseResult parsed, Option<string> option) => parsed.GetValue(option) == Shipped;
}
