using System.Formats.Asn1;

namespace Mandate.Identity.Callers;

/// <summary>Reads the URIs of a subject alternative name (RFC 5280, section 4.2.1.6), which the platform's type does not list.</summary>
internal static class SubjectAlternativeUris
{
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    public static IReadOnlyList<string> Read(ReadOnlyMemory<byte> extension)
    {
        try
        {
            var uris = new List<string>();
            var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(Uri))
                    uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
                else
                    names.ReadEncodedValue();
            }

            return uris;
        }
        catch (AsnContentException)
        {
            return [];
        }
    }
}
