namespace AutoSelect.Chaos.Checking;

/// <summary>One thing that must hold whatever happened. Pure.</summary>
internal abstract class Rule
{
    /// <summary>Of the table.</summary>
    public abstract string Name { get; }

    /// <summary>How many things it looked at, and which of them must not be.</summary>
    public (int Looked, IReadOnlyList<Violation> Violations) Check(Evidence evidence)
    {
        var found = new Findings(Name);
        Look(evidence, found);
        return (found.Looked, found.Violations);
    }

    protected abstract void Look(Evidence evidence, Findings found);
}

/// <summary>What a rule found.</summary>
internal sealed class Findings(string rule)
{
    private readonly List<Violation> violations = [];

    public int Looked { get; private set; }

    public IReadOnlyList<Violation> Violations => violations;

    /// <summary>Notes something that was looked at.</summary>
    public void Expect(bool holds, object about, Func<string> message)
    {
        Looked++;
        if (!holds) violations.Add(new Violation(rule, about.ToString()!, message()));
    }
}
