namespace Mandate.Engine.Visibility.Attributes;

/// <summary>Attributes whose values are written in a way of their own.</summary>
internal enum ValueMeaning
{
    /// <summary>As the attribute's type says.</summary>
    OfType,

    /// <summary>A status: its name or its number, stored as its number.</summary>
    Status,

    /// <summary>A duration: nanoseconds, <c>1h30m</c> or <c>hh:mm:ss</c>, compared in nanoseconds.</summary>
    Duration,
}
