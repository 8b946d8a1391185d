namespace Mandate.Temporal.Workflows;

/// <summary>Sets or removes one memo field of a running workflow.</summary>
public sealed class MemoUpdate
{
    private MemoUpdate(string key, object? value, bool hasValue)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Key = key;
        Value = value;
        HasValue = hasValue;
    }

    /// <summary>The field.</summary>
    public string Key { get; }

    /// <summary>The new value.</summary>
    public object? Value { get; }

    /// <summary>False when the field is removed.</summary>
    public bool HasValue { get; }

    /// <summary>An update that sets a field.</summary>
    public static MemoUpdate ValueSet(string key, object value) => new(key, value, hasValue: true);

    /// <summary>An update that removes a field.</summary>
    public static MemoUpdate ValueUnset(string key) => new(key, value: null, hasValue: false);
}
