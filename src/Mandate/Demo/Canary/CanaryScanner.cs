using Mandate.Stateful.Scanning;

namespace Mandate.Demo.Canary;

/// <summary>Looks for values where they must not be, and for a control value where it must be: a scan that finds no control proves nothing.</summary>
internal sealed class CanaryScanner
{
    private readonly IReadOnlyList<ValuePattern> _canaries;
    private readonly ValuePattern _control;
    private readonly List<CanaryPlace> _places = [];

    /// <summary>Prepares to look for these values.</summary>
    public CanaryScanner(IEnumerable<CanaryValue> canaries, CanaryValue control)
    {
        _canaries = [.. canaries.Select(c => new ValuePattern(c.Name, c.Value))];
        _control = new(control.Name, control.Value);
    }

    /// <summary>How many values are looked for.</summary>
    public int Values => _canaries.Count;

    /// <summary>What was looked through so far.</summary>
    public IReadOnlyList<CanaryPlace> Places => _places;

    /// <summary>Looks through one place.</summary>
    public void Scan(CanaryArea area, string name, ReadOnlySpan<byte> content)
    {
        var hits = new List<string>();
        foreach (var canary in _canaries)
        {
            if (canary.IsIn(content))
                hits.Add(canary.Name);
        }

        _places.Add(new(area, name, content.Length, hits, _control.IsIn(content)));
    }
}
