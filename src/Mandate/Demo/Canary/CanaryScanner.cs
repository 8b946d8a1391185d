namespace Mandate.Demo.Canary;

/// <summary>Looks for values where they must not be, and for a control value where it must be: a scan that finds no control proves nothing.</summary>
internal sealed class CanaryScanner
{
    private readonly IReadOnlyList<(CanaryValue Value, IReadOnlyList<byte[]> Patterns)> _canaries;
    private readonly IReadOnlyList<byte[]> _control;
    private readonly List<CanaryPlace> _places = [];

    /// <summary>Prepares to look for these values.</summary>
    public CanaryScanner(IEnumerable<CanaryValue> canaries, CanaryValue control)
    {
        _canaries = [.. canaries.Select(c => (c, CanaryPatterns.Of(c.Value)))];
        _control = CanaryPatterns.Of(control.Value);
    }

    /// <summary>How many values are looked for.</summary>
    public int Values => _canaries.Count;

    /// <summary>What was looked through so far.</summary>
    public IReadOnlyList<CanaryPlace> Places => _places;

    /// <summary>Looks through one place.</summary>
    public void Scan(CanaryArea area, string name, ReadOnlySpan<byte> content)
    {
        var hits = new List<string>();
        foreach (var (value, patterns) in _canaries)
        {
            if (Contains(content, patterns))
                hits.Add(value.Name);
        }

        _places.Add(new(area, name, content.Length, hits, Contains(content, _control)));
    }

    private static bool Contains(ReadOnlySpan<byte> content, IReadOnlyList<byte[]> patterns)
    {
        foreach (var pattern in patterns)
        {
            if (content.IndexOf(pattern) >= 0)
                return true;
        }

        return false;
    }
}
