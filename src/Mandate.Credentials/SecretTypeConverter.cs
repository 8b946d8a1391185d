using System.ComponentModel;
using System.Globalization;

namespace Mandate.Credentials;

/// <summary>Lets configuration bind a text to a <see cref="Secret"/>.</summary>
internal sealed class SecretTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string { Length: > 0 } text ? new Secret(text) : throw new FormatException("A secret must be a text that is not empty.");

    public override object? ConvertTo(ITypeDescriptorContext? context, CultureInfo? culture, object? value, Type destinationType) =>
        destinationType == typeof(string) ? Redaction.Text : throw new NotSupportedException();
}
