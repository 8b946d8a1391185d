namespace Mandate.Protocol.Conversion;

/// <summary>Options of <see cref="DefaultFailureConverter"/>.</summary>
public sealed record DefaultFailureConverterOptions
{
    /// <summary>
    /// Moves messages and stack traces into the failure's <c>encoded_attributes</c> payload, so that a codec encrypts them as it does arguments.
    /// Off by default, as in every SDK. Reading needs no option.
    /// </summary>
    public bool EncodeCommonAttributes { get; init; }
}
