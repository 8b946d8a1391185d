namespace Mandate.Audit.Records;

/// <summary>What a change of something configured did, value by value. Secrets are named, never shown.</summary>
public sealed class AuditChange
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Redacted = "[redacted]";

    private readonly Dictionary<string, string> _details = new(StringComparer.Ordinal);

    private AuditChange(string verb) => Verb = verb;

    /// <summary><c>create</c>, <c>update</c> or <c>delete</c>.</summary>
    public string Verb { get; }

    /// <summary>Something came to be.</summary>
    public static AuditChange Creation() => new("create");

    /// <summary>Something that was there changed.</summary>
    public static AuditChange Update() => new("update");

    /// <summary>Something ceased to be.</summary>
    public static AuditChange Deletion() => new("delete");

    /// <summary>Adds a value that is no secret; says nothing when it is the same before and after.</summary>
    /// <param name="name">Name of the value, such as <c>timeout</c>.</param>
    /// <param name="before">What it was; null when it was not there.</param>
    /// <param name="after">What it is; null when it is not there any more.</param>
    public AuditChange Value(string name, string? before, string? after) =>
        string.Equals(before, after, StringComparison.Ordinal) ? this : Add(name, before, after);

    /// <summary>Adds a secret: only that it was there, is there and changed.</summary>
    public AuditChange Secret(string name, bool before, bool after, bool changed = true) =>
        !changed ? this : Add(name, before ? Redacted : null, after ? Redacted : null);

    internal void Describe(IDictionary<string, string> metadata)
    {
        foreach (var (name, value) in _details)
            metadata[name] = value;
    }

    private AuditChange Add(string name, string? before, string? after)
    {
        if (before is not null)
            _details[$"{name}.before"] = before;
        if (after is not null)
            _details[$"{name}.after"] = after;
        return this;
    }
}
